import { defineConfig } from '@lingui/cli'

/** English sentences are their own keys; `npm run texts` gathers them into the catalogs. */
export default defineConfig({
  rootDir: import.meta.dirname,
  sourceLocale: 'en',
  locales: ['en', 'fr'],
  catalogs: [
    {
      path: '<rootDir>/locales/{locale}',
      include: ['<rootDir>'],
      exclude: ['**/*.test.ts', '**/locales/**'],
    },
  ],
  format: 'po',
  formatOptions: { lineNumbers: false, origins: false },
  orderBy: 'messageId',
})
