import { systemClock } from '../clock.ts';
import { thresholdsOf } from '../config/threshold-flag.ts';
import { EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { resolveLimits } from '../options.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { replayText } from '../present/replay-summary.ts';
import { giveBackHeap, setAllocator } from '../process-memory.ts';
import { programVersion } from '../program-version.ts';
import { defineCommand } from './command.ts';
import { OUT_FLAG } from './out-flag.ts';
import { RUN_FLAGS } from './run-flags.ts';
import { openRunOutput } from './run-output.ts';

export const replayCommand = defineCommand({
  name: 'replay',
  describe: 'Rebuilds the dataset from its journals alone; asks the API nothing',
  flags: {
    ...OUT_FLAG,
    'allow-shrink': { type: 'boolean', describe: 'publish also if it has fewer records than now' },
    checks: RUN_FLAGS.checks,
    'accept-check': RUN_FLAGS['accept-check'],
    threshold: RUN_FLAGS.threshold,
    'memory-limit': RUN_FLAGS['memory-limit'],
    threads: RUN_FLAGS.threads,
    json: { type: 'boolean', describe: 'print the replay as one JSON object' },
    quiet: RUN_FLAGS.quiet,
    'log-level': RUN_FLAGS['log-level'],
  },
  examples: [['$0 replay --out ./dmarc-data', 'after the published versions were lost or damaged']],
  async run(values, _operand, terminal) {
    setAllocator(process.env);
    const { replay } = await import('../run/replay.ts');
    const { transformAside } = await import('../run/transform-aside.ts');
    const output = await openRunOutput(values, terminal);
    try {
      const summary = await replay(
        {
          out: values.out,
          allowShrink: values['allow-shrink'] ?? false,
          limits: resolveLimits({ memoryLimit: values['memory-limit'], threads: values.threads }),
          checksDirectory: values.checks ?? null,
          acceptedChecks: values['accept-check'] ?? [],
          thresholds: thresholdsOf(values.threshold ?? []),
        },
        {
          ...{ clock: systemClock, fileSystem: nodeFileSystem, tell: output.tell, warn: output.warn },
          ...{ transformer: transformAside, giveBackHeap, program_version: programVersion() },
        },
      );
      output.stop();
      const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
      if (values.json) await terminal.stdout.write(`${jsonText(summary)}\n`);
      else if (!values.quiet)
        await terminal.stdout.write(replayText(summary, { colors, directory: process.cwd() }));
      return EXIT.ok;
    } finally {
      output.stop();
    }
  },
});
