import path from 'node:path'
import { lingui } from '@lingui/vite-plugin'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = import.meta.dirname
const node = process.env.BLACKSTART_NODE ?? 'http://127.0.0.1:8470'

export default defineConfig({
  root,
  base: '/',
  plugins: [react(), lingui({ configPath: path.join(root, 'lingui.config.ts'), failOnMissing: true })],
  build: {
    outDir: path.join(root, '..', 'dist', 'web'),
    emptyOutDir: true,
    // as in src/api/serve-pages.ts: `/assets/…` are pages of assets
    assetsDir: 'built',
    target: 'es2024',
    // what is inlined would need `data:` in the content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // one file: a page's script that is loaded again after a failure needs no style of its own
    cssCodeSplit: false,
    reportCompressedSize: false,
    license: true,
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': node } },
})
