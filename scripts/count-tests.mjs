import { appendFileSync } from 'node:fs';

/**
 * Vitest reporter that adds one line `<passed> <failed>` to the file that TEST_COUNTS names; without it, it does
 * nothing. A file that cannot be collected and an error outside of any test count as failed tests.
 */
class CountTests {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.TEST_COUNTS;
    if (file === undefined) return;
    const count = (state) =>
      modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
    const broken = modules.filter((module) => module.errors().length > 0).length;
    appendFileSync(file, `${count('passed')} ${count('failed') + broken + unhandledErrors.length}\n`);
  }
}

export default CountTests;
