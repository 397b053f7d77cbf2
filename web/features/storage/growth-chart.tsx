import 'uplot/dist/uPlot.min.css'
import { i18n } from '@lingui/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { useTheme } from '../../shell/theme.ts'
import { formatBytes } from '../../text/format-bytes.ts'

const height = 260

/** What the devices gave in all, and what was new of it each day. A table says the same to whoever cannot see it. */
export function GrowthChart({ growth }: { growth: Storage['growth'] }) {
  const frame = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  useEffect(() => {
    const place = frame.current
    if (place === null) return
    const days = growth.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000)
    const data: uPlot.AlignedData = [days, growth.map(({ logical }) => logical), growth.map(({ added }) => added)]
    const chart = new uPlot(options(place, theme), data, place)
    const watch = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height }))
    watch.observe(place)
    return () => {
      watch.disconnect()
      chart.destroy()
    }
  }, [growth, theme])
  return (
    <>
      <div ref={frame} className="chart" aria-hidden="true" />
      <table className="hidden-text">
        <caption>{i18n.t('Growth')}</caption>
        <tbody>
          {growth.slice(-31).map(({ day, logical, added }) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              <td>{formatBytes(logical)}</td>
              <td>{formatBytes(added)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function options(place: HTMLElement, theme: string): uPlot.Options {
  const style = getComputedStyle(place)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px sans-serif',
  }
  const bytes = (_: uPlot, values: readonly (number | null)[]) =>
    values.map(value => (value === null ? '' : formatBytes(value)))
  const figure = (_: uPlot, value: number | null) => (value === null ? '–' : formatBytes(value))
  const blue = theme === 'dark' ? '#00bde3' : '#006e93'
  const amber = theme === 'dark' ? '#ffc94d' : '#a56f00'
  return {
    width: place.clientWidth,
    height,
    // days of the site, not of the reader
    tzDate: stamp => uPlot.tzDate(new Date(stamp * 1000), 'Etc/UTC'),
    scales: { new: { range: (_, __, most) => [0, Math.max(most, 1) * 1.6] } },
    axes: [
      { ...axis, values: (_, days) => days.map(day => dayText(day)) },
      { ...axis, size: 72, values: bytes },
      { ...axis, size: 72, side: 1, scale: 'new', grid: { show: false }, values: bytes },
    ],
    series: [
      { label: i18n.t('Day'), value: (_, day) => (day === null ? '–' : dayText(day)) },
      { label: i18n.t('All versions'), stroke: blue, width: 2, fill: `${blue}22`, value: figure },
      {
        label: i18n.t('New'),
        scale: 'new',
        stroke: amber,
        fill: `${amber}99`,
        value: figure,
        paths: uPlot.paths.bars?.({ size: [0.6, 24] }),
        points: { show: false },
      } as uPlot.Series,
    ],
  }
}

function dayText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString(i18n.locale === 'en' ? 'en-GB' : i18n.locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
}
