import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { followTheme } from './shell/theme.ts'
import { activateCatalog, preferredLocale } from './text/locale.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html lacks #root')
followTheme()
await activateCatalog(preferredLocale())
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
