import { TRUNK } from '@beltline/mask';
import type { KvCache, LanguageModel } from '../language-model.ts';
import { createReferenceModel } from '../reference/index.ts';
import { assertRowsClose } from './assert.ts';
import { createRandom, type Random } from './random.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

const seeds = [1, 2, 3, 4];
const stepsPerProgram = 20;
const capacity = 160;

/** Random strand graphs, grown, truncated and thinned out on the adapter and on the reference model. */
export function defineRandomTests({ golden, test }: Topic): void {
  for (const seed of seeds) {
    test(`a random strand graph gives the logits of the reference model (seed ${seed})`, async (model) => {
      const reference = createReferenceModel(golden);
      const random = createRandom(seed);
      const pair: Pair = {
        random,
        models: [model, reference],
        caches: [model.createCache({ capacity }), reference.createCache({ capacity })],
        nextPosition: new Map([[TRUNK, 0]]),
        log: [],
      };
      for (let step = 0; step < stepsPerProgram; step++) {
        changeGraph(pair);
        changeSlots(pair);
        await feedBoth(pair);
      }
    });
  }
}

/** The same sequence in two models. */
interface Pair {
  readonly random: Random;
  readonly models: readonly [LanguageModel, LanguageModel];
  readonly caches: readonly [KvCache, KvCache];
  /** Where each strand goes on; the keys are all strands. */
  readonly nextPosition: Map<number, number>;
  /** What was done so far, for the message of a failure. */
  readonly log: string[];
}

/** Forks a strand, nested or not, or joins several. */
function changeGraph({ random, caches, nextPosition, log }: Pair): void {
  const strands = [...nextPosition.keys()];
  const kind = random.below(3);
  const parents = kind === 2 ? random.subset(strands) : [strands[random.below(strands.length)]!];
  const start = Math.max(...parents.map((parent) => nextPosition.get(parent)!));
  for (let branch = 0; branch < (kind === 1 ? 3 : 1); branch++) {
    if (kind === 0) return;
    const [strand] = caches.map((cache) => cache.strands.add(parents));
    nextPosition.set(strand!, start);
    log.push(`strand ${strand} below ${parents}`);
  }
}

/** Now and then drops the last slots, or some in between. */
function changeSlots({ random, caches, log }: Pair): void {
  const slots = [...Array(caches[0].slots.length).keys()];
  const full = slots.length > capacity / 2;
  const kind = random.below(full ? 2 : 8);
  if (slots.length === 0 || kind > 1) return;
  if (kind === 0) {
    const length = random.below(slots.length + 1);
    for (const cache of caches) cache.truncate(length);
    log.push(`truncate to ${length}`);
  } else {
    const kept = random.subset(slots);
    for (const cache of caches) cache.keep(kept);
    log.push(`keep ${kept}`);
  }
}

/** Feeds tokens of random strands, mixed within the pass, and compares the logits of random rows. */
async function feedBoth({ random, models, caches, nextPosition, log }: Pair): Promise<void> {
  const live = random.subset([...nextPosition.keys()]);
  const count = 1 + random.below(Math.min(16, capacity - caches[0].slots.length));
  const strands = Array.from({ length: count }, () => live[random.below(live.length)]!);
  const positions = strands.map((strand) => {
    const position = nextPosition.get(strand)!;
    nextPosition.set(strand, position + 1);
    return position;
  });
  const tokens = strands.map(() => random.below(models[0].shape.vocabularySize));
  const logitsRows = [...strands.keys()].filter(() => random.below(2) === 0);
  const step = { tokens, positions, strands, logitsRows };
  log.push(`feed strands ${strands}`);
  const [actual, expected] = await Promise.all(
    models.map((model, index) => model.forward(caches[index]!, step)),
  );
  assertRowsClose(actual!, expected!, toleranceOf(models[0]).golden, log.join('; '));
}
