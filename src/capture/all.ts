import { files } from './files/files.ts'
import { ftp } from './ftp/ftp.ts'
import { sftp } from './sftp/sftp.ts'
import { sqlite } from './sqlite/sqlite.ts'
import { sshCli } from './ssh-cli/ssh-cli.ts'

/** Every way to reach an item: a new connector is a folder and a line here. */
export const connectors = [files, ftp, sftp, sshCli, sqlite] as const
