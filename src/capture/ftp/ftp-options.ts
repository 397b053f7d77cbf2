import { z } from 'zod'

/** What an FTP command line can carry: RFC 959 ends it at CR or LF, and NUL ends it in many devices. */
const commandText = z
  .string()
  .min(1)
  .max(1024)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
  .refine(text => !/[\u0000-\u001f\u007f]/.test(text), 'must not hold control characters')

const fileName = commandText.refine(
  name => !name.includes('/') && name !== '.' && name !== '..',
  'must be a file name without folders',
)

/** The item's `options` for `via: ftp`; every key is explained in README.md. */
export const ftpOptions = z.strictObject({
  path: z.union([commandText, z.array(commandText).min(1)]).default('/'),
  host: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  user: commandText.default('anonymous'),
  secret: z.string().min(1).optional(),
  tls: z.enum(['none', 'explicit', 'implicit']).default('none'),
  certificate: z.enum(['pin', 'ca']).default('pin'),
  ca: z.string().min(1).optional(),
  legacyTls: z.boolean().default(false),
  passive: z.enum(['auto', 'epsv', 'pasv']).default('auto'),
  encoding: z.enum(['utf8', 'latin1']).default('utf8'),
  list: z.enum(['auto', 'mlsd', 'list', 'nlst', 'none']).default('auto'),
  pattern: commandText.optional(),
  hidden: z.array(fileName).default([]),
  recursive: z.boolean().default(true),
  sizes: z.enum(['check', 'ignore']).default('check'),
})

export type FtpOptions = z.output<typeof ftpOptions>
