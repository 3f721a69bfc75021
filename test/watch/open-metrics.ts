/** A parser of OpenMetrics text, written from the specification (openmetrics.io, 1.0) and not from our writer. */

export interface MetricFamily {
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: { labels: Record<string, string>; value: number }[];
}

const METRIC_NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${METRIC_NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/;

/** Families by name. Throws for anything that the specification does not allow of gauges. */
export function parseOpenMetrics(text: string): Map<string, MetricFamily> {
  if (!text.endsWith('# EOF\n')) throw new Error('the last line is not # EOF');
  const families = new Map<string, MetricFamily>();
  let open = { name: '', meta: new Set<string>() };
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    if (line === '' || line !== line.trim()) throw new Error(`blank line or blanks around: ${line}`);
    const [, keyword, name, rest = ''] = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword !== undefined && name !== undefined) {
      if (open.name !== name) {
        if (families.has(name)) throw new Error(`${name} is interleaved`);
        open = { name, meta: new Set() };
        families.set(name, { type: 'unknown', unit: '', help: '', samples: [] });
      }
      const family = families.get(name) as MetricFamily;
      if (open.meta.has(keyword) || family.samples.length > 0) throw new Error(`late or second ${line}`);
      open.meta.add(keyword);
      if (keyword === 'UNIT' && !name.endsWith(`_${rest}`))
        throw new Error(`${name} does not end in its unit`);
      families.set(name, { ...family, [keyword.toLowerCase()]: rest });
      continue;
    }
    const [, metric, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (metric === undefined || metric !== open.name) throw new Error(`no sample of its family: ${line}`);
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value)) throw new Error(`no number: ${line}`);
    const family = families.get(metric) as MetricFamily;
    const sample = { labels: parseLabels(labels), value: Number(value) };
    const same = (other: { labels: object }) =>
      JSON.stringify(other.labels) === JSON.stringify(sample.labels);
    if (family.samples.some(same)) throw new Error(`a second sample: ${line}`);
    family.samples.push(sample);
  }
  for (const [name, { type, samples }] of families) {
    if (type !== 'gauge' || samples.length === 0) throw new Error(`${name} is no gauge with samples`);
    if (/_(total|created|count|sum|bucket|info)$/.test(name))
      throw new Error(`${name} has a reserved ending`);
  }
  return families;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [whole, name, value] = LABEL.exec(rest) ?? [];
    if (whole === undefined || name === undefined || name in labels) throw new Error(`labels: ${text}`);
    labels[name] = (value ?? '').replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
    rest = rest.slice(whole.length);
  }
  return labels;
}
