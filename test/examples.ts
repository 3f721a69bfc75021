import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);

export function readText(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

export function absolute(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

/** Every file below docs/examples, from the root. */
export function exampleFiles(): string[] {
  const found = readdirSync(new URL('docs/examples/', ROOT), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(absolute('').length))
    .sort();
}

/** A document with each fenced block that names a file after its language filled with that file. */
export function withQuotedFiles(document: string): string {
  return document.replaceAll(
    /^```(\w+) (docs\/examples\/\S+)\n[\s\S]*?^```$/gm,
    (_, language: string, path: string) => `\`\`\`${language} ${path}\n${readText(path)}\`\`\``,
  );
}

/** Command lines of dmarc-etl in a text: the words after its name. */
export function commandLines(text: string): string[][] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  const found = joined.matchAll(/(?:^|[\s(`/])dmarc-etl((?: +(?:"[^"]*"|'[^']*'|[^\s`|;&#<>()"']+))+)/gm);
  return [...found].map(([, words = '']) =>
    [...words.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      ([, double, single, plain]) => double ?? single ?? plain ?? '',
    ),
  );
}
