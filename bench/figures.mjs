/** The figures of docs/performance.md, from the results of `npm run bench`; pure. */

const MILLION = 1_000_000;

/** The stages of a replay that make the database. */
const DATABASE_STAGES = ['open', 'load'];

/** Rows of the main table: what is measured → its part of a round, `{ ms, peak_bytes }`. */
const MEASURES = {
  'sandbox → published': ({ first }) => first,
  'journal → database': ({ replay }) => within(replay, DATABASE_STAGES),
  'database → published': ({ replay }) => within(replay, ['publish']),
  'journal → published': ({ replay }) => replay,
  'a second run with nothing new': ({ quiet }) => quiet,
  'a night with 5 % of the IPs changed': ({ changed }) => changed,
  'plain script': ({ plain }) => plain,
  read_json: ({ read_json }) => read_json,
  'JSON.parse alone': ({ parse }) => parse,
};

/**
 * Markdown of all figures: medians over the rounds of a size, and of ratios the median of what each round gives. Sizes
 * come in the order in which they are given; without any, and without starts, it says that nothing was measured.
 */
export function figuresMarkdown({ sizes, start }) {
  if (sizes.length === 0 && start === null) return 'Not measured yet.\n';
  const parts = sizes.length === 0 ? [] : sizeParts(sizes);
  return [...parts, ...(start === null ? [] : startParts(start))].join('\n\n').concat('\n');
}

function sizeParts(sizes) {
  const last = sizes.at(-1);
  const divided = sizes.filter(({ division }) => division !== null);
  return [
    intro(sizes),
    mainTable(sizes),
    '"× plain" is the time in times of the plain script\'s in the same round.',
    derivedTable(sizes),
    `With ${count(recordsOf(last))} records, a second run with nothing new wrote ${writtenBy(last, 'quiet')}.`,
    ...(divided.length === 0 ? [] : [DIVISION_INTRO, divisionTable(divided)]),
    coresIntro(sizes),
    coresTable(sizes),
  ];
}

function intro(sizes) {
  const { node, platform, cpu, cpus, memory_bytes } = sizes[0].machine;
  const all = sizes.map(
    (size) =>
      `- ${count(recordsOf(size))} records, ${count(over(size, ({ first }) => first.auth_results))} auth results: median of ${size.rounds.length}`,
  );
  return `${all.join('\n')}\n\nNode ${node}, ${platform}, ${cpus} × ${cpu}, ${gigabytes(memory_bytes)} GB of memory.`;
}

function mainTable(sizes) {
  const head = sizes.flatMap((size) => [`${short(size)}: seconds`, 'µs a record', 'peak MB', '× plain']);
  const rows = Object.entries(MEASURES).map(([name, partOf]) => [
    name,
    ...sizes.flatMap((size) => [
      figure(over(size, (round) => partOf(round).ms / 1000)),
      figure(over(size, (round) => microseconds(round, partOf))),
      megabytes(over(size, (round) => partOf(round).peak_bytes)),
      figure(over(size, (round) => partOf(round).ms / round.plain.ms)),
    ]),
  ]);
  return table(['', ...head], rows);
}

/** What follows from the figures, beside what is wanted. */
function derivedTable(sizes) {
  const [smallest] = sizes;
  const row = (name, wanted, cellOf) => [name, wanted, ...sizes.map(cellOf)];
  const toSmallest = (read) => (size) => figure(over(size, read) / over(smallest, read));
  const quicker = (than) => (size) => figure(over(size, (round) => round[than].ms / round.replay.ms));
  const peakOf = (name) => (round) => round[name].peak_bytes;
  const requests = (name) => (size) => count(over(size, (round) => sum(Object.values(round[name].requests))));
  const timeOf = (name) => (round) => microseconds(round, MEASURES[name]);
  return table(
    ['', 'wanted', ...sizes.map(short)],
    [
      row('plain script ÷ journal → published, time', '≥ 1.3 from 500k', quicker('plain')),
      row('read_json ÷ journal → published, time', '', quicker('read_json')),
      row('second run with nothing new ÷ journal → published, time', '≤ 20 %', (size) =>
        percent(over(size, ({ quiet, replay }) => quiet.ms / replay.ms)),
      ),
      row('highest peak of the program, MB', '≤ 500', (size) => megabytes(highestPeak(size))),
      row('peak ÷ that of the smallest, sandbox → published', '≤ 1.3', toSmallest(peakOf('first'))),
      row('peak ÷ that of the smallest, journal → published', '≤ 1.3', toSmallest(peakOf('replay'))),
      ...['sandbox → published', 'journal → published'].map((name) =>
        row(`time a record ÷ that of the smallest, ${name}`, '0.75 to 1.25', toSmallest(timeOf(name))),
      ),
      ...['sandbox → published', 'journal → published'].map((name) =>
        row(`µs a further record, ${name}`, 'alike within 25 %', (_, index) => further(sizes, index, name)),
      ),
      row('requests, sandbox → published', '', requests('first')),
      row('requests, second run with nothing new', '', requests('quiet')),
      row('requests, night with 5 % changed', '', requests('changed')),
    ],
  );
}

/** Time of each record that a size has more than the one before it: without what every run costs, however small. */
function further(sizes, index, name) {
  if (index === 0) return '';
  const of = (size) => ({
    us: over(size, (round) => MEASURES[name](round).ms * 1000),
    records: recordsOf(size),
  });
  const [less, more] = [of(sizes[index - 1]), of(sizes[index])];
  return figure((more.us - less.us) / (more.records - less.records));
}

function highestPeak(size) {
  return Math.max(
    ...['first', 'quiet', 'changed', 'replay'].map((name) => over(size, (round) => round[name].peak_bytes)),
  );
}

/** The files that a measure wrote in any round. */
function writtenBy({ rounds }, name) {
  const paths = new Set(rounds.flatMap((round) => round[name].written));
  return [...paths].map((path) => `\`${path}\``).join(', ');
}

const DIVISION_INTRO = `How one profiled run, sandbox → published, divides: shares of its time. A line in italics is part of the
one above it; parsing and transforming are a thread's time, during which others may have worked, too.`;

/** Parts of a profiled run → their time in ms, from its stages by name. */
const DIVISION = [
  ['starting', ({ start, open }) => start.ms + open.ms],
  ['waiting for the sandbox', ({ extract }) => extract.idle_ms],
  ['asking, and keeping the answers', ({ extract }) => extract.ms - extract.idle_ms],
  ['loading', ({ load }) => load.ms],
  ['*parsing*', ({ load }) => busy(load, ['dist/journal'])],
  ['*transforming*', ({ load }) => busy(load, ['dist/transform', 'apache-arrow'])],
  ['*waiting for DuckDB and the disk*', ({ load }) => load.idle_ms],
  ['publishing', ({ publish }) => publish.ms],
  ['*waiting for DuckDB and the disk*', ({ publish }) => publish.idle_ms],
];

function divisionTable(sizes) {
  const rows = DIVISION.map(([name, timeOf]) => [
    name,
    ...sizes.map(({ division }) => {
      const stages = byStage(division);
      return percent(timeOf(stages) / sum(division.map(({ ms }) => ms)));
    }),
  ]);
  return table(['', ...sizes.map(short)], rows);
}

function coresIntro([{ machine }]) {
  return `How many of the ${machine.cpus} cores are at work on average, sandbox → published:`;
}

/** Cores at work while this is done, of a first run. What the sandbox does before and after the asking is next to nothing. */
const CORES = {
  'asking, with what the sandbox does for it': ({ stages, sandbox_cpu_ms }) =>
    (stages.extract.cpu_ms + sandbox_cpu_ms) / stages.extract.ms,
  loading: ({ stages: { load } }) => load.cpu_ms / load.ms,
  publishing: ({ stages: { publish } }) => publish.cpu_ms / publish.ms,
};

function coresTable(sizes) {
  const rows = Object.entries(CORES).map(([name, coresOf]) => [
    name,
    ...sizes.map((size) =>
      figure(over(size, ({ first }) => coresOf({ ...first, stages: byStage(first.stages) }))),
    ),
  ]);
  return table(['', ...sizes.map(short)], rows);
}

function byStage(stages) {
  return Object.fromEntries(stages.map((part) => [part.stage, part]));
}

/** Time in these layers, of all threads together. */
function busy({ threads }, layers) {
  return sum(threads.flatMap((thread) => layers.map((layer) => thread[layer] ?? 0)));
}

function startParts({ machine, rounds }) {
  const commands = Object.keys(rounds[0]);
  const rows = commands.map((command) => [
    `\`${command}\``,
    figure(median(rounds.map((round) => round[command]))),
    figure(median(rounds.map((round) => round[command] / round[commands[0]]))),
  ]);
  return [
    `Starts of the command line, median of ${rounds.length} rounds (Node ${machine.node}):`,
    table(['', 'ms', `× \`${commands[0]}\``], rows),
  ];
}

/** Stages of a run as one: `{ ms, peak_bytes }`. */
function within({ stages }, names) {
  const parts = stages.filter(({ stage }) => names.includes(stage));
  return {
    ms: sum(parts.map(({ ms }) => ms)),
    peak_bytes: Math.max(...parts.map(({ peak_bytes }) => peak_bytes)),
  };
}

function recordsOf(size) {
  return over(size, ({ first }) => first.records);
}

function microseconds(round, partOf) {
  return (partOf(round).ms * 1000) / round.first.records;
}

/** The median of what each round of a size gives. */
function over({ rounds }, read) {
  return median(rounds.map(read));
}

/** The middle of an odd number of figures; of an even number the upper one of the two. */
function median(figures) {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)];
}

function sum(figures) {
  return figures.reduce((total, value) => total + value, 0);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...rows.map(line)].join('\n');
}

/** `104k`, `2.1M`: a size's records. */
function short(size) {
  const records = recordsOf(size);
  return records < MILLION ? `${Math.round(records / 1000)}k` : `${(records / MILLION).toFixed(1)}M`;
}

/** `103,988`. */
function count(value) {
  return value.toLocaleString('en-US');
}

/** Three digits, or all before the point. */
function figure(value) {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function percent(share) {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function megabytes(bytes) {
  return (bytes / MILLION).toFixed(0);
}

function gigabytes(bytes) {
  return (bytes / 1e9).toFixed(0);
}
