import { i18n } from '@lingui/core'
import { iconDocument } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { CodeLine } from '../difference/code-line.tsx'
import { languageOf } from '../difference/colour-line.ts'
import '../difference/difference.css'
import { DownloadLink } from './download-link.tsx'
import { textQuery } from './item-queries.ts'
import { NoVersion } from './no-version.tsx'

interface Props {
  readonly item: string
  readonly version: string
  readonly path: string
  readonly downloads: boolean
}

/** One file as text, its secrets masked. */
export function FileView({ item, version, path, downloads }: Props) {
  const query = useQuery(textQuery(item, version, path))
  const download = downloads && (
    <DownloadLink item={item} version={version} as="raw" path={path}>
      {i18n.t('Download the file')}
    </DownloadLink>
  )
  return (
    <Answer query={query} absent={error => <NoVersion item={item} error={error} />}>
      {file =>
        file.text === null ? (
          <Empty icon={iconDocument} title={i18n.t('This file is not text, or too large to show')}>
            <p>{formatBytes(file.bytes)}</p>
            {download}
          </Empty>
        ) : (
          <>
            <p className="list-foot row spread">
              <span>
                {formatBytes(file.bytes)} · {file.encoding} ·{' '}
                {i18n.t('Secrets are masked here; the download is exact.')}
              </span>
              {download}
            </p>
            <Lines text={file.text} language={languageOf(path, file.format)} />
          </>
        )
      }
    </Answer>
  )
}

function Lines({ text, language }: { text: string; language: ReturnType<typeof languageOf> }) {
  const lines = useMemo(() => text.split(/\r\n|\r|\n/u), [text])
  const frame = useRef<HTMLDivElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => {
    setScrollMargin(Math.round((frame.current?.getBoundingClientRect().top ?? 0) + scrollY))
  }, [])
  const virtual = useWindowVirtualizer({ count: lines.length, estimateSize: () => 20, overscan: 40, scrollMargin })
  return (
    <div ref={frame} className="diff-rows" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => (
        <div
          key={key}
          className="diff-place diff-line"
          data-index={index}
          ref={virtual.measureElement}
          style={{ transform: `translateY(${start - scrollMargin}px)` }}
        >
          <span className="diff-number">{index + 1}</span>
          <CodeLine text={lines[index] ?? ''} marks={null} language={language} />
        </div>
      ))}
    </div>
  )
}
