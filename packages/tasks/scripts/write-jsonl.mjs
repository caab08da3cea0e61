/**
 * Writes problems with worked solutions as JSON lines; run `npm run build` before.
 *
 *   node packages/tasks/scripts/write-jsonl.mjs --family retrieval --split training --count 1000 --out lines.jsonl
 *   node packages/tasks/scripts/write-jsonl.mjs --mix mix.json --split training --count 1000000 --out lines.jsonl
 *
 * Options: --family retrieval|documents|planning, --split training|evaluation, --count N (1), --seed N (1),
 * --kind NAME, --language en|zh, --difficulty 1|2|3, --items N or MIN-MAX, --out FILE (standard output).
 * Lines of training have `facts` too, see `writeFacts`.
 * A mix is {"parts": [{"family": ..., "weight": 1, "kind": {"one-block": 9, "refusal": 1}, "items": {"min": 3, "max": 30},
 * "language": ..., "difficulty": ...}]}, and may give "seed", "count" and "split" too; the command line comes first.
 */
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateMix, generateProblems, toJsonLine, writeFacts, writeSolution } from '@beltline/tasks';

/** Large enough that the time goes into making problems, not into writing them. */
const chunkLength = 1 << 18;

/** Takes what follows the script's name on the command line. */
export async function writeJsonLines(args) {
  const { values } = parseArgs({
    args,
    options: {
      mix: { type: 'string' },
      family: { type: 'string' },
      kind: { type: 'string' },
      split: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string' },
      language: { type: 'string' },
      difficulty: { type: 'string' },
      items: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const problems = values.mix === undefined ? fromOptions(values) : fromMix(values);
  const stream = values.out === undefined ? process.stdout : createWriteStream(values.out);
  let chunk = '';
  for (const problem of problems) {
    const facts = problem.split === 'training' ? writeFacts(problem) : undefined;
    chunk += `${toJsonLine(problem, writeSolution(problem), facts)}\n`;
    if (chunk.length < chunkLength) continue;
    if (!stream.write(chunk)) await once(stream, 'drain');
    chunk = '';
  }
  stream.write(chunk);
  if (values.out === undefined) return;
  stream.end();
  await finished(stream);
}

function fromOptions({ family, kind, language, difficulty, items, ...rest }) {
  if (family === undefined) throw new RangeError('expected --family or --mix, got neither');
  return generateProblems({
    family,
    ...splitSeedAndCount(rest),
    ...(kind !== undefined && { kind }),
    ...(language !== undefined && { language }),
    ...(difficulty !== undefined && { difficulty: Number(difficulty) }),
    ...(items !== undefined && { items: parseItems(items) }),
  });
}

function fromMix(values) {
  for (const name of ['family', 'kind', 'language', 'difficulty', 'items']) {
    if (values[name] !== undefined)
      throw new RangeError(`expected --${name} inside the mix, got both --mix and --${name}`);
  }
  const mix = JSON.parse(readFileSync(values.mix, 'utf8'));
  return generateMix({ parts: mix.parts, ...splitSeedAndCount({ ...mix, ...values }) });
}

/** The split has no default here: to train on the names held out for evaluation must not happen by omission. */
function splitSeedAndCount({ split, seed = 1, count = 1 }) {
  if (split === undefined) throw new RangeError('expected --split training or --split evaluation, got none');
  return { split, seed: Number(seed), count: Number(count) };
}

function parseItems(text) {
  const [min, max = min] = text.split('-').map(Number);
  return { min, max };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeJsonLines(process.argv.slice(2));
