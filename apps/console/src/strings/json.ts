/** Words of the JSON formatter. What is wrong with a text is said by `hallpass/inspect`, as on the command line. */

const number = new Intl.NumberFormat('en')
const plural = (count: number, one: string, many: string): string =>
  `${number.format(count)} ${count === 1 ? one : many}`

export const strings = {
  stays: 'Nothing leaves this page: its own policy forbids every connection, and the work is done in your browser.',

  input: 'JSON',
  placeholder: '{"paste": "or type here"}',
  inputHint:
    'Paste, type, drop a file here or open one. What is long is kept out of the field, so that nothing freezes.',
  openFile: 'Open a file',
  clear: 'Clear',
  held: (name: string, size: string) => `${name}, ${size}`,
  pastedText: 'Pasted text',
  droppedText: 'Dropped text',
  size: (characters: number): string =>
    characters < 10_000
      ? plural(characters, 'character', 'characters')
      : characters < 1e6
        ? `${(characters / 1e3).toFixed(0)} kB`
        : `${(characters / 1e6).toFixed(1)} MB`,

  reading: 'Reading',
  finding: 'Searching',
  arranging: 'Arranging',
  writing: 'Writing',
  percent: (done: number) => `${Math.round(done * 100)} %`,

  valid: 'This is JSON',
  invalid: 'This is no JSON',
  summary: (characters: string, lines: number, time: string) =>
    `${characters}, ${plural(lines, 'line', 'lines')} when formatted, read in ${time}.`,
  tokens: (count: number) =>
    `${plural(count, 'string looks', 'strings look')} like a JWT; each is marked, with a link to the decoder.`,
  warnings: (count: number) => plural(count, 'warning', 'warnings'),
  firstWarnings: (told: number, count: number) => `The first ${told} of ${number.format(count)}.`,
  place: (line: number, column: number) => `Line ${number.format(line)}, column ${number.format(column)}`,
  at: 'at',
  goThere: 'Go there',
  goToWarning: (line: number, column: number) => `Go there: line ${line}, column ${column}`,
  workerFailed: 'the part of this page that does the work has stopped',
  failed: (reason: string) => `That did not work: ${reason}. Reload the page and try again.`,

  result: 'Result',
  source: 'Your text',
  view: 'View',
  tree: 'Tree',
  text: 'Text',
  layout: 'Layout',
  layouts: { '  ': '2 spaces', '    ': '4 spaces', '\t': 'Tabs', '': 'Minified' },
  sort: 'Sort names',
  levels: 'Levels',
  level: (levels: number) => (levels === 0 ? 'None' : levels === everyLevel ? 'All' : String(levels)),
  levelsAsOpened: 'As opened',
  copy: 'Copy',
  copied: 'Copied.',
  cannotCopy: 'This browser does not let the page copy. Download it instead.',
  cannotCopyPart: 'This browser does not let the page copy. Mark the text above and copy it by hand.',
  download: 'Download',
  fileName: 'formatted.json',

  find: 'Find in names and values',
  next: 'Next',
  previous: 'Previous',
  found: (index: number, count: number): string =>
    count === 0 ? 'Nothing found' : `${number.format(index + 1)} of ${number.format(count)}`,

  treeLabel: 'Tree of the JSON',
  treeHint: 'Arrow keys move, open and close.',
  textLabel: 'Text of the JSON, with line numbers',
  sourceLabel: 'Text as it was given, with line numbers',
  noText: 'There is no text of it in this layout.',
  count: (kind: 'object' | 'array', count: number) =>
    kind === 'object' ? plural(count, 'member', 'members') : plural(count, 'element', 'elements'),
  deeper: (levels: number) => `${number.format(levels)} levels `,
  decode: 'Decode',
  decodeLabel: 'Decode this token',
  path: 'Path',
  value: 'Value',
  more: (characters: number) => `… and ${plural(characters, 'character', 'characters')} more`,
  copyPath: 'Copy path',
  copyValue: 'Copy value',
}

/** More levels than any text has. */
export const everyLevel = 1_000_000_000
