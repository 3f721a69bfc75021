import { systemClock } from '../clock.ts';
import { EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { resolveRunOptions } from '../options.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { planText } from '../present/plan.ts';
import { setAllocator } from '../process-memory.ts';
import { programVersion } from '../program-version.ts';
import { defineCommand } from './command.ts';
import { RUN_FLAGS, runFlagsOf } from './run-flags.ts';
import { openRunOutput } from './run-output.ts';
import { listenForStop, tellingOpened } from './stop-signals.ts';

export const planCommand = defineCommand({
  name: 'plan',
  describe:
    'Lists the account and tells what a run would fetch, why, and what it would cost; publishes nothing',
  flags: RUN_FLAGS,
  examples: [['MAILERSEND_API_TOKEN=mlsn.… $0 plan', 'what tonight would cost']],
  async run(values, _operand, terminal) {
    const options = resolveRunOptions(runFlagsOf(values), terminal.environment);
    terminal.secrets.add(options.token);
    setAllocator(process.env);
    const { planAccount } = await import('../run/plan-account.ts');
    const { transformAside } = await import('../run/transform-aside.ts');
    const stop = listenForStop(true);
    const output = await openRunOutput(values, terminal);
    try {
      const { warn } = output;
      const tell = tellingOpened(output.tell, stop);
      const plan = await planAccount(options, {
        ...{ clock: systemClock, fileSystem: nodeFileSystem, tell, warn, signal: stop.signal },
        ...{ transformer: transformAside, program_version: programVersion() },
      });
      output.stop();
      const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
      await terminal.stdout.write(values.json ? `${jsonText(plan)}\n` : planText(plan, colors));
      return stop.exitCode() ?? (plan.is_complete ? EXIT.ok : EXIT.partial);
    } finally {
      output.stop();
      stop.dispose();
    }
  },
});
