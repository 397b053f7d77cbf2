import packageJson from '../../package.json' with { type: 'json' }

export const programVersion: string = packageJson.version

/** As it is written into versions and snapshots. */
export const programName = `blackstart ${programVersion}`
