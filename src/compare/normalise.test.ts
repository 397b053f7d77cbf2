import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { parse } from 'yaml'
import {
  type FileHint,
  mayNormalise,
  normalisableBytes,
  normalise,
  normaliserVersion,
  volatileSpans,
} from './normalise.ts'
import { openText } from './open-text.ts'

const corpus = path.resolve(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const skip = existsSync(corpus) ? false : 'the corpus ../shared/corpus is missing'

const hint = (name: string, format: string | null = null): FileHint => ({ path: name, format })
const text = (content: string): Uint8Array => Buffer.from(content)
const equivalent = (where: FileHint, before: string | Uint8Array, after: string | Uint8Array): boolean => {
  const bytes = (one: string | Uint8Array): Uint8Array => (typeof one === 'string' ? text(one) : one)
  return Buffer.compare(normalise(where, bytes(before)), normalise(where, bytes(after))) === 0
}

interface Sample {
  readonly name: string
  readonly hint: FileHint
  readonly content: string
  /** Pairs of a stretch and what may stand there instead without anybody having changed anything. */
  readonly volatile: readonly (readonly [string, string])[]
  /** The same, for what only a person changes. */
  readonly real: readonly (readonly [string, string])[]
}

const l5x = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<RSLogix5000Content SchemaRevision="1.0" TargetName="Filler" Owner="Ann, Plant" ExportDate="Mon Mar 07 14:48:26 2022" ExportOptions="L5KData">
<Controller Use="Target" Name="Filler" MajorRev="32" LastModifiedDate="Mon Mar 07 14:47:43 2022" ProjectSN="16#0000_0000"
 MatchProjectToController="false">
<AddOnInstructionDefinitions>
<AddOnInstructionDefinition Name="Valve" Revision="1.0" EditedDate="2022-03-01T03:10:25.642Z" EditedBy="PLANT\\ann"
 SoftwareRevision="v32.02">
<Description><![CDATA[EditedBy="nobody" on purpose]]></Description>
</AddOnInstructionDefinition>
</AddOnInstructionDefinitions>
<Tags><Tag Name="Notes" Owner="line 1" ExportDate="Tue Mar 08 14:48:26 2022"/></Tags>
<Programs><Program Name="Main"><Routines><Routine Name="Start" Type="RLL"><RLLContent>
<Rung Number="0" Type="N"><Comment><![CDATA[see <RSLogix5000Content ExportDate="Mon Mar 07 14:48:26 2022">]]></Comment>
<Text><![CDATA[XIC(Run)OTE(Motor);]]></Text></Rung>
</RLLContent></Routine></Routines></Program></Programs>
</Controller>
</RSLogix5000Content>
`

const twincat = `\ufeff<?xml version="1.0" encoding="utf-8"?>
<TcPlcObject Version="1.1.0.1" ProductVersion="3.1.4024.3">
  <POU Name="MAIN" Id="{0}" SpecialFunc="None">
    <Declaration><![CDATA[PROGRAM MAIN
VAR
    sNote : STRING := '<TcPlcObject ProductVersion="3.1.4024.3">';
    (* <LineIds Name="MAIN"><LineId Id="3" Count="7" /></LineIds> *)
END_VAR]]></Declaration>
    <!-- <LineIds Name="MAIN"><LineId Id="4" Count="8" /></LineIds> -->
    <LineIds Name="MAIN">
      <LineId Id="1" Count="2" />
    </LineIds>
  </POU>
</TcPlcObject>`

const samples: readonly Sample[] = [
  {
    name: 'Rockwell L5X',
    hint: hint('Filler.L5X'),
    content: l5x,
    volatile: [
      ['Owner="Ann, Plant"', 'Owner="Bob"'],
      ['ExportDate="Mon Mar 07 14:48:26 2022"', 'ExportDate="Tue Apr  5 09:00:00 2022"'],
      ['LastModifiedDate="Mon Mar 07 14:47:43 2022"', 'LastModifiedDate="Fri Jul 01 00:00:00 2022"'],
      ['EditedDate="2022-03-01T03:10:25.642Z"', 'EditedDate="2023-01-01T00:00:00.000Z"'],
      // A shorter name moves the break of the long tag.
      ['EditedBy="PLANT\\ann"\n SoftwareRevision', 'EditedBy="bob" SoftwareRevision'],
    ],
    real: [
      ['<RSLogix5000Content ExportDate="Mon Mar 07', '<RSLogix5000Content ExportDate="Tue Mar 08'],
      ['[EditedBy="nobody"', '[EditedBy="somebody"'],
      ['Owner="line 1"', 'Owner="line 2"'],
      ['ExportDate="Tue Mar 08', 'ExportDate="Wed Mar 09'],
      ['MajorRev="32"', 'MajorRev="33"'],
      ['LastModifiedDate="Mon Mar 07 14:47:43 2022"', 'LastModifiedDate="never"'],
      ['ExportOptions="L5KData"', 'ExportOptions="L5KData Context"'],
      ['</RSLogix5000Content>\n', '</RSLogix5000Content>\n<RSLogix5000Content Owner="x"/>'],
      ['OTE(Motor)', 'OTE(Pump)'],
    ],
  },
  {
    name: 'Beckhoff TwinCAT',
    hint: hint('MAIN.TcPOU'),
    content: twincat,
    volatile: [
      [' ProductVersion="3.1.4024.3">\n', ' ProductVersion="3.1.4022.18">\n'],
      [' ProductVersion="3.1.4024.3">\n', '>\n'],
      ['<LineId Id="1" Count="2" />', '<LineId Id="9" Count="0" />\n      <LineId Id="5" Count="5" />'],
      ['\n    <LineIds Name="MAIN">\n      <LineId Id="1" Count="2" />\n    </LineIds>', ''],
    ],
    real: [
      [`'<TcPlcObject ProductVersion="3.1.4024.3">'`, `'<TcPlcObject ProductVersion="3.1.4022.18">'`],
      ['Id="3" Count="7"', 'Id="3" Count="8"'],
      ['Id="4" Count="8"', 'Id="4" Count="9"'],
      ['<LineId Id="1" Count="2" />', '<LineId Id="1" Count="2" Break="yes" />'],
      ['ProductVersion="3.1.4024.3">\n', 'ProductVersion="tomorrow">\n'],
      ['PROGRAM MAIN', 'PROGRAM MAIN '],
    ],
  },
  {
    name: 'PLCopen',
    hint: hint('Home.xml'),
    content: `<project xmlns="http://www.plcopen.org/xml/tc6_0200">
  <fileHeader productName="CODESYS" productVersion="V3.5" creationDateTime="2026-08-20T21:35:29.8671867" />
  <contentHeader name="Home" modificationDateTime="2026-08-20T21:29:19.81" />
  <types><pous><pou name="P" creationDateTime="2020-01-01T00:00:00"/></pous></types>
</project>`,
    volatile: [
      ['2026-08-20T21:35:29.8671867', '2027-01-01T00:00:00'],
      ['2026-08-20T21:29:19.81', '2027-01-01T00:00:00'],
    ],
    real: [
      ['2020-01-01T00:00:00', '2021-01-01T00:00:00'],
      ['productVersion="V3.5"', 'productVersion="V3.6"'],
    ],
  },
  {
    name: 'another project file whose root is called project',
    hint: hint('pom.xml'),
    content: '<project><fileHeader creationDateTime="2026-08-20T21:35:29" /></project>',
    volatile: [],
    real: [['2026', '2027']],
  },
  {
    name: 'Schneider',
    hint: hint('drive.xdb'),
    content: `<FBExchangeFile>
	<fileHeader company="Schneider Automation" dateTime="date_and_time#2022-4-23-18:58:57"></fileHeader>
	<contentHeader name="Project" version="0.0.13" dateTime="date_and_time#2022-3-22-15:17:17"></contentHeader>
	<FBSource nameOfFBType="DRVFN" version="0.13" dateTime="dt#2022-03-22-16:41:54">
		<variables name="Start" typeName="DT"><variableInit value="dt#2022-03-22-16:41:54"></variableInit></variables>
		<comment>dateTime="dt#2022-03-22-16:41:55"</comment>
	</FBSource>
</FBExchangeFile>`,
    volatile: [
      ['date_and_time#2022-4-23-18:58:57', 'date_and_time#2023-1-2-3:4:5'],
      ['date_and_time#2022-3-22-15:17:17', 'date_and_time#2023-1-2-3:4:5'],
      ['version="0.0.13"', 'version="0.0.14"'],
      ['dateTime="dt#2022-03-22-16:41:54"', 'dateTime="dt#2022-08-29-12:03:21"'],
    ],
    real: [
      ['value="dt#2022-03-22-16:41:54"', 'value="dt#2022-03-22-16:41:59"'],
      ['dt#2022-03-22-16:41:55', 'dt#2022-03-22-16:41:56'],
      ['version="0.13"', 'version="0.14"'],
    ],
  },
  {
    name: 'Siemens SimaticML',
    hint: hint('Block.xml'),
    content: `<Document>
  <Engineering version="V17" />
  <DocumentInfo>
    <Created>2022-03-01T10:11:12.1234567Z</Created>
  </DocumentInfo>
  <SW.Blocks.FC ID="0"><Comment><Created>2022-03-01T10:11:13Z</Created></Comment></SW.Blocks.FC>
</Document>`,
    volatile: [['2022-03-01T10:11:12.1234567Z', '2023-03-01T10:11:12Z']],
    real: [
      ['2022-03-01T10:11:13Z', '2022-03-01T10:11:14Z'],
      ['version="V17"', 'version="V18"'],
    ],
  },
  {
    name: 'Cisco IOS',
    hint: hint('running-config', 'cisco-ios'),
    content: `Building configuration...

Current configuration : 1366 bytes
!
! Last configuration change at 18:41:02 UTC Thu Nov 24 2016 by ann
! NVRAM config last updated at 18:42:00 UTC Thu Nov 24 2016
!
version 15.2
hostname sw1
banner motd ^C
ntp clock-period 1
! Last configuration change at 18:41:03 UTC Thu Nov 24 2016
^C
interface Gi0/1
 description ! Last configuration change at 18:41:04 UTC
ntp clock-period 36029056
ntp server 10.0.0.1
! Last configuration change at 18:41:05 UTC Thu Nov 24 2016
end
`,
    volatile: [
      ['configuration : 1366 bytes', 'configuration : 99 bytes'],
      ['change at 18:41:02 UTC Thu Nov 24 2016 by ann', 'change at 00:00:00 UTC Fri Nov 25 2016 by bob'],
      ['! NVRAM config last updated at 18:42:00 UTC Thu Nov 24 2016\n', ''],
      ['clock-period 36029056', 'clock-period 36029057'],
    ],
    real: [
      ['ntp clock-period 1\n', 'ntp clock-period 2\n'],
      ['18:41:03', '18:41:13'],
      ['18:41:04', '18:41:14'],
      ['18:41:05', '18:41:15'],
      ['hostname sw1', 'hostname sw2'],
      ['version 15.2', 'version 15.3'],
    ],
  },
  {
    name: 'MikroTik RouterOS',
    hint: hint('export.rsc', 'mikrotik-routeros'),
    content: `# 2024-10-25 06:08:35 by RouterOS 7.16
# software id = XX-XX
/interface ethernet
# poe-out status: short_circuit
set [ find default-name=ether1 ] comment="# inactive time"
/system script
add name=a source="# 2024-10-25 06:08:35 by RouterOS 7.16\\
    # inactive time"
# inactive time
`,
    volatile: [
      ['# 2024-10-25 06:08:35 by', '# 2025-01-01 00:00:00 by'],
      ['# 2024-10-25 06:08:35 by', '# oct/25/2024 06:08:35 by'],
      ['# poe-out status: short_circuit\n', ''],
      ['\n# inactive time\n', '\n'],
    ],
    real: [
      ['RouterOS 7.16\n', 'RouterOS 7.17\n'],
      ['source="# 2024-10-25 06:08:35', 'source="# 2024-10-25 06:08:36'],
      ['comment="# inactive time"', 'comment=""'],
      ['XX-XX', 'YY-YY'],
    ],
  },
  {
    name: 'FortiOS',
    hint: hint('config.conf', 'fortios'),
    content: `#config-version=FGT91G-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=ann
#conf_file_ver=440000000000001
#buildno=2731
config system admin
    edit "admin"
        set password ENC SH2abc+/=
        set comment "first
        set password ENC SH2inside
#conf_file_ver=1"
    next
end
config firewall internet-service-name
    edit "Google-Other"
        set internet-service-id 65536
    next
end
config firewall policy
    edit 1
        set internet-service-id 65536
    next
end
config vpn certificate local
    edit "Fortinet_CA_SSL"
        set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIabc
-----END ENCRYPTED PRIVATE KEY-----"
        set certificate "-----BEGIN CERTIFICATE-----
MIIdef
-----END CERTIFICATE-----"
    next
end
`,
    volatile: [
      ['user=ann', 'user=bob'],
      ['conf_file_ver=440000000000001', 'conf_file_ver=440000000000002'],
      ['ENC SH2abc+/=', 'ENC SH2xyz=='],
      ['MIIabc\n', 'MIIxyz\nMIIzzz\n'],
      ['edit "Google-Other"\n        set internet-service-id 65536', 'edit "Other"\n        set internet-service-id 1'],
    ],
    real: [
      ['password ENC SH2inside', 'password ENC SH2outside'],
      ['conf_file_ver=1"', 'conf_file_ver=2"'],
      ['edit 1\n        set internet-service-id 65536', 'edit 1\n        set internet-service-id 65537'],
      ['MIIdef', 'MIIxyz'],
      ['        set password ENC SH2abc+/=\n', ''],
      ['opmode=1', 'opmode=0'],
    ],
  },
  {
    name: 'Hirschmann HiOS',
    hint: hint('system-info', 'hirschmann-hios'),
    content: `System name.................................GRS1042-CORE
System uptime...............................43 days, 03:26:31
Operating hours.............................3492 days, 15:15:50
System date and time (local time zone)......2026-02-21 10:27:47
Firmware software release (RAM).............HiOS-3A-09.4.04 2024-06-19 12:08
Current temperature.........................50 C
`,
    volatile: [
      ['43 days, 03:26:31', '44 days, 00:00:00'],
      ['3492 days, 15:15:50', '3493 days, 00:00:00'],
      ['2026-02-21 10:27:47', '2026-02-22 10:27:47'],
      ['50 C', '51 C'],
    ],
    real: [
      ['GRS1042-CORE', 'GRS1042-EDGE'],
      ['2024-06-19', '2024-06-20'],
    ],
  },
  {
    name: 'FANUC',
    hint: hint('main.ls'),
    content: `/PROG  MAIN
/ATTR
COMMENT		= "MODIFIED = DATE";
CREATE		= DATE 22-03-24  TIME 16:18:00;
MODIFIED	= DATE 22-03-25  TIME 09:23:34;
/MN
   1:  !MODIFIED = DATE 22-03-25  TIME 09:23:34 ;
MODIFIED	= DATE 22-03-26  TIME 09:23:34;
/END
`,
    volatile: [['MODIFIED	= DATE 22-03-25  TIME 09:23:34', 'MODIFIED	= DATE 26-01-01  TIME 00:00:00']],
    real: [
      ['!MODIFIED = DATE 22-03-25', '!MODIFIED = DATE 22-03-26'],
      ['DATE 22-03-26', 'DATE 22-03-27'],
      ['CREATE		= DATE 22', 'CREATE		= DATE 23'],
    ],
  },
  {
    name: 'ABB',
    hint: hint('backup/BACKINFO/backinfo.txt'),
    content: '>>SYSTEM_ID:\nCell 3\n2022-03-25 09:23:34\n>>TASK1: (T_ROB1,,)\nPROGMOD/Main 2022-03-25 09:23:34.mod @\n',
    volatile: [['\n2022-03-25 09:23:34\n', '\n2026-01-01 00:00:00\n']],
    real: [
      ['Main 2022-03-25', 'Main 2022-03-26'],
      ['Cell 3', 'Cell 4'],
    ],
  },
  {
    name: 'Universal Robots',
    hint: hint('pick.urp'),
    content:
      '<URProgram name="pick" createdIn="5.14.5" lastSavedIn="5.14.5" crcValue="2384686873">\n<a crcValue="1"/></URProgram>',
    volatile: [
      ['lastSavedIn="5.14.5"', 'lastSavedIn="5.15.0"'],
      ['crcValue="2384686873"', 'crcValue="1"'],
    ],
    real: [
      ['<a crcValue="1"/>', '<a crcValue="2"/>'],
      ['createdIn="5.14.5"', 'createdIn="5.14.6"'],
    ],
  },
  {
    name: 'Ignition',
    hint: hint('views/Main/resource.json'),
    content: `{ "scope": "G", "attributes": { "lastModification": { "actor": "ann", "timestamp": "2024-05-19T10:57:50Z" },
  "lastModificationSignature": "5d72eefc", "note": "\\"lastModificationSignature\\": \\"5d72eefc\\"" },
  "timestamp": "2024-05-19T10:57:51Z", "list": [ { "attributes": { "lastModificationSignature": "aa" } } ] }`,
    volatile: [
      ['10:57:50Z', '11:00:00Z'],
      ['"lastModificationSignature": "5d72eefc",', '"lastModificationSignature": "00",'],
    ],
    real: [
      ['\\"5d72eefc\\"', '\\"5d72eefd\\"'],
      ['10:57:51Z', '10:57:52Z'],
      ['"aa"', '"ab"'],
      ['"actor": "ann"', '"actor": "bob"'],
    ],
  },
]

const replaced = (sample: Sample, [old, now]: readonly [string, string]): string => {
  assert.ok(sample.content.includes(old), `${sample.name} holds ${old}`)
  return sample.content.replace(old, () => now)
}

describe('what changes by itself is no difference, what a person changed always is', () => {
  for (const sample of samples) {
    test(sample.name, () => {
      for (const pair of sample.volatile)
        assert.ok(equivalent(sample.hint, sample.content, replaced(sample, pair)), `volatile: ${pair.join(' → ')}`)
      for (const pair of sample.real)
        assert.ok(!equivalent(sample.hint, sample.content, replaced(sample, pair)), `real: ${pair.join(' → ')}`)
      assert.equal(mayNormalise(sample.hint, text(sample.content).subarray(0, 4096)), sample.volatile.length > 0)
    })
  }

  test('white space and line ends are never taken out', () => {
    for (const { hint, content } of samples.filter(one => one.content.includes('\n'))) {
      assert.ok(!equivalent(hint, content, content.replaceAll('\n', '\r\n')))
      assert.ok(!equivalent(hint, content, `${content} `))
    }
  })

  test('the same rules hold in UTF-16, with and without byte order mark, and with CRLF', () => {
    for (const sample of samples) {
      for (const pair of sample.volatile) {
        const [before, after] = [sample.content, replaced(sample, pair)]
        const crlf = (one: string): string => one.replaceAll('\n', '\r\n')
        assert.ok(equivalent(sample.hint, crlf(before), crlf(after)), `${sample.name}, CRLF: ${pair[0]}`)
        for (const mark of ['', '\ufeff']) {
          const little = (one: string): Buffer => Buffer.from(mark + one.replace('\ufeff', ''), 'utf16le')
          const big = (one: string): Buffer => little(one).swap16()
          assert.ok(equivalent(sample.hint, little(before), little(after)), `${sample.name}, UTF-16 LE: ${pair[0]}`)
          assert.ok(equivalent(sample.hint, big(before), big(after)), `${sample.name}, UTF-16 BE: ${pair[0]}`)
        }
      }
    }
  })

  test('the format is recognised from the content when no connector told it', () => {
    for (const sample of samples.filter(one => /RouterOS|FortiOS|IOS/.test(one.name) && !/HiOS/.test(one.name))) {
      const [pair] = sample.volatile
      assert.ok(pair !== undefined && equivalent(hint('file'), sample.content, replaced(sample, pair)), sample.name)
    }
  })
})

describe('packed robot programs', () => {
  const before = text('<URProgram name="a" lastSavedIn="5.1" crcValue="1"><x/></URProgram>')
  const after = text('<URProgram name="a" lastSavedIn="5.2" crcValue="2"><x/></URProgram>')
  const changed = text('<URProgram name="a" lastSavedIn="5.2" crcValue="2"><y/></URProgram>')

  test('are compared by what they hold', () => {
    assert.ok(equivalent(hint('a.urp'), gzipSync(before), gzipSync(after, { level: 1 })))
    assert.ok(!equivalent(hint('a.urp'), gzipSync(before), gzipSync(changed)))
  })

  test('keep every byte where something follows, the packing is damaged, or it holds something else', () => {
    const packed = gzipSync(before)
    for (const odd of [Buffer.concat([packed, text('x')]), packed.subarray(0, -3), gzipSync(text('hello'))])
      assert.equal(normalise(hint('a.urp'), odd), odd)
    assert.equal(normalise(hint('a.gz'), packed), packed)
  })

  test('a bomb is compared as it is, and quickly', () => {
    const bomb = gzipSync(Buffer.alloc(normalisableBytes + 1))
    const start = performance.now()
    assert.equal(normalise(hint('bomb.urp'), bomb), bomb)
    assert.ok(performance.now() - start < 5000)
  })
})

test('a change of any rule comes with a change of normaliserVersion', () => {
  const digest = createHash('sha256')
  for (const sample of samples) digest.update(normalise(sample.hint, text(sample.content)))
  // Whoever changes a rule changes normaliserVersion and this digest together.
  assert.deepEqual([normaliserVersion, digest.digest('hex').slice(0, 16)], ['1', '98cfe32588562337'])
})

describe('any bytes', () => {
  const anyHint = fc.constantFrom(...samples.map(one => one.hint), hint('x'), hint('x.urp'))
  const mixture = fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...samples.flatMap(one => one.content.split(/(?<=[\n> ])/))) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      ),
      { maxLength: 60 },
    )
    .map(parts => text(parts.join('')))
  const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), mixture)

  test('normalise never throws, and what is normalised stays as it is', () => {
    fc.assert(
      fc.property(anyHint, anyBytes, (where, bytes) => {
        const once = normalise(where, bytes)
        assert.deepEqual(Buffer.from(normalise(where, once)), Buffer.from(once))
        mayNormalise(where, bytes.subarray(0, 4096))
      }),
      { numRuns: 3000 },
    )
  })

  test('a letter put anywhere outside a volatile stretch is seen', () => {
    const place = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.nat(),
      letter: fc.constantFrom('x', 'Q', '7'),
    })
    fc.assert(
      fc.property(place, ({ sample, at, letter }) => assertSeen(sample.hint, text(sample.content), at, letter)),
      { numRuns: 3000 },
    )
  })
})

/** Puts a letter at a place, unless that lies in or at the edge of a volatile stretch, and asserts that it is seen. */
function assertSeen(where: FileHint, bytes: Uint8Array, anywhere: number, letter: string): void {
  const open = openText(bytes)
  if (open === null || open.encoding !== 'bytes') return
  const at = anywhere % (open.text.length + 1)
  if (volatileSpans(where, open).some(span => at >= span.start && at <= span.end)) return
  const changed = open.close(open.text.slice(0, at) + letter + open.text.slice(at))
  assert.notEqual(Buffer.compare(normalise(where, bytes), normalise(where, changed)), 0, `${where.path} at ${at}`)
}

/** By history, the steps of corpus/EXPECTED.md that differ only in volatile bytes. */
const equivalents: Readonly<Record<string, readonly string[]>> = {
  'twincat/TcUnit_FB_TcUnitRunner_history': ['022', '026', '033'],
  'twincat/kfe-vac_PRG_SXR_VAC_history': ['012'],
  'twincat/kfe-vac_GVL_SXR_VAC_history': [],
  'twincat/TcUnit_plcproj_history': [],
  'rockwell/L5Sharp_Test.L5X_history_A': [],
  'codesys_plcopen/HomeAutomation_PLCopen.xml_history': [],
  'schneider/PACFramework_drvfn.xdb_history': [],
  'robots/UR_admittance_script_history': [],
}

describe('the corpus', { skip }, () => {
  for (const [history, expected] of Object.entries(equivalents)) {
    test(`${history}: ${expected.length === 0 ? 'every step is a version' : `${expected.join(', ')} are equivalent`}`, () => {
      const found: string[] = []
      let before: Uint8Array | null = null
      for (const name of readdirSync(path.join(corpus, history)).sort()) {
        const bytes = readFileSync(path.join(corpus, history, name))
        const after = normalise(hint(name), bytes)
        if (before !== null && Buffer.compare(before, after) === 0) found.push(name.slice(0, 3))
        if (Buffer.compare(after, bytes) !== 0) assert.ok(mayNormalise(hint(name), bytes.subarray(0, 4096)), name)
        before = after
      }
      assert.deepEqual(found, expected)
    })
  }

  test('every history of the corpus is in the table', () => {
    const found = globSync('*/*_history*', { cwd: corpus }).map(one => one.split(path.sep).join('/'))
    assert.deepEqual(found.sort(), Object.keys(equivalents).sort())
  })

  test('in every file normalising is idempotent, and a letter put anywhere outside volatile stretches is seen', () => {
    let random = 12345
    for (const name of globSync('**/*', { cwd: corpus })) {
      const file = path.join(corpus, name)
      if (!statSync(file).isFile() || statSync(file).size > 250_000) continue
      const bytes = readFileSync(file)
      const where = hint(name.split(path.sep).join('/'))
      const once = normalise(where, bytes)
      assert.equal(Buffer.compare(normalise(where, once), once), 0, name)
      if (once === bytes) continue
      for (let count = 0; count < 4; count += 1) {
        random = (Math.imul(random, 1103515245) + 12345) >>> 1
        assertSeen(where, bytes, random, 'x')
      }
    }
  })

  test('robot programs of the corpus are unpacked', () => {
    const packed = globSync('robots/**/*.urp', { cwd: corpus })
    assert.ok(packed.length > 3)
    for (const name of packed) {
      const bytes = readFileSync(path.join(corpus, name))
      const plain = gunzipSync(bytes).toString('latin1')
      const again = gzipSync(Buffer.from(plain.replace(/crcValue="\d+"/, 'crcValue="1"'), 'latin1'), { level: 1 })
      assert.ok(equivalent(hint(name), bytes, again), name)
    }
  })
})

/** Models of the recorded dialogues whose family has rules here. Perle has none: no connector of ours reads it. */
const recorded: Readonly<Record<string, string>> = {
  ios: 'cisco-ios',
  routeros: 'mikrotik-routeros',
  fortigate: 'fortios',
  fortios: 'fortios',
}

describe('recorded devices: lines that count as changes, and lines that do not', { skip }, () => {
  const folder = path.join(corpus, 'network', 'oxidized_model_data')
  const lists = skip === false ? globSync('*#significant_changes.yaml', { cwd: folder }) : []
  for (const list of lists.filter(one => (one.split('#')[0] ?? '') in recorded)) {
    const device = list.slice(0, -'#significant_changes.yaml'.length)
    test(device, () => {
      const where = hint('running-config', recorded[device.split('#')[0] ?? ''] ?? null)
      const rules = parse(readFileSync(path.join(folder, list), 'utf8')) as { pass?: string[]; fail?: string[] }
      const output = recordedOutput(folder, device, where.format ?? '')
      const left = Buffer.from(normalise(where, text(output))).toString()
      for (const line of rules.fail ?? []) assert.ok(!left.includes(line), `must not count: ${line}`)
      for (const line of rules.pass ?? []) assert.ok(left.includes(line), `must count: ${line}`)
      assert.notEqual(left, output)
    })
  }
})

/** What the device said, as a capture keeps it; RouterOS with its history of changes, as Oxidized keeps it in comments. */
function recordedOutput(folder: string, device: string, format: string): string {
  const kept = readFileSync(path.join(folder, `${device}#output.txt`), 'utf8')
  if (format !== 'fortios') return kept
  const { commands } = parse(readFileSync(path.join(folder, `${device}#simulation.yaml`), 'utf8')) as {
    commands: object[]
  }
  const answers = commands.flatMap(one => Object.values(one) as string[])
  // What a capture asks for: the configuration, not the state. The recording writes CR, quotes and spaces as escapes.
  return answers
    .filter(answer => answer.includes('config system'))
    .join('\n')
    .replace(/\\r|\r/g, '')
    .replaceAll('\\x20', ' ')
    .replaceAll('\\"', '"')
}
