/** The pages of a journal, for the yardsticks: what a program without our guarantees does with the same answers. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Every answered attempt, parsed. */
export async function* readPages(journal) {
  const file = createReadStream(journal);
  const lines = createInterface({ input: journal.endsWith('.gz') ? file.pipe(createGunzip()) : file });
  for await (const line of lines) {
    const attempt = JSON.parse(line);
    if (attempt.status === 200) yield attempt;
  }
}
