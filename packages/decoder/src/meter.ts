import type { DraftStatistics, GenerationStatistics, Stage, StageStatistics } from './events.ts';

/** Counts tokens, forward passes and wall time, stage by stage. */
export interface Meter {
  /** Tokens chosen from logits so far, over all stages. */
  readonly chosenTokens: number;
  start(stage: Stage): void;
  countPass(): void;
  countTokens(count: number): void;
  /** Tokens of the prompt that need not be read. */
  countReused(count: number): void;
  countDrafted(count: number): void;
  countAccepted(): void;
  /** Ends the stage that was started last. */
  end(): StageStatistics;
  /** @param answerTokens tokens of the finished answer. */
  total(answerTokens: number): GenerationStatistics;
}

const noDrafts: DraftStatistics = { proposed: 0, accepted: 0 };

/** Starts counting, with a clock in ms that can be replaced in tests. */
export function createMeter(now: () => number = () => performance.now()): Meter {
  const stages: StageStatistics[] = [];
  let stage: Stage = 'prefill';
  let startedAt = now();
  let tokens = 0;
  let passes = 0;
  let drafts: DraftStatistics | undefined;
  let chosenTokens = 0;
  let reusedTokens = 0;

  return {
    get chosenTokens() {
      return chosenTokens;
    },
    start(next) {
      stage = next;
      startedAt = now();
      tokens = 0;
      passes = 0;
      drafts = undefined;
    },
    countPass() {
      passes++;
    },
    countTokens(count) {
      tokens += count;
      if (stage !== 'prefill' && stage !== 'verification') chosenTokens += count;
    },
    countReused(count) {
      reusedTokens += count;
    },
    countDrafted(count) {
      const { proposed, accepted } = drafts ?? noDrafts;
      drafts = { proposed: proposed + count, accepted };
    },
    countAccepted() {
      const { proposed, accepted } = drafts ?? noDrafts;
      drafts = { proposed, accepted: accepted + 1 };
    },
    end() {
      const milliseconds = now() - startedAt;
      const statistics: StageStatistics = {
        stage,
        tokens,
        forwardPasses: passes,
        milliseconds,
        tokensPerSecond: perSecond(tokens, milliseconds),
        ...(drafts && { drafts }),
      };
      stages.push(statistics);
      return statistics;
    },
    total(answerTokens) {
      const decoding = stages.filter((entry) => entry.stage !== 'prefill');
      const milliseconds = decoding.reduce((total, entry) => total + entry.milliseconds, 0);
      const drafts = addDrafts(stages.flatMap((entry) => entry.drafts ?? []));
      return {
        promptTokens: reusedTokens + (stages.find((entry) => entry.stage === 'prefill')?.tokens ?? 0),
        reusedTokens,
        answerTokens,
        forwardPasses: decoding.reduce((total, entry) => total + entry.forwardPasses, 0),
        milliseconds,
        tokensPerSecond: perSecond(answerTokens, milliseconds),
        ...(drafts && { drafts }),
        stages: sumByStage(stages),
      };
    },
  };
}

/** Adds up what a stage did each time, in the order in which stages first came. */
function sumByStage(entries: readonly StageStatistics[]): StageStatistics[] {
  const sums = new Map<Stage, StageStatistics>();
  for (const entry of entries) {
    const sum = sums.get(entry.stage);
    const tokens = (sum?.tokens ?? 0) + entry.tokens;
    const milliseconds = (sum?.milliseconds ?? 0) + entry.milliseconds;
    const drafts = addDrafts([...(sum?.drafts ? [sum.drafts] : []), ...(entry.drafts ? [entry.drafts] : [])]);
    sums.set(entry.stage, {
      stage: entry.stage,
      tokens,
      forwardPasses: (sum?.forwardPasses ?? 0) + entry.forwardPasses,
      milliseconds,
      tokensPerSecond: perSecond(tokens, milliseconds),
      ...(drafts && { drafts }),
    });
  }
  return [...sums.values()];
}

function addDrafts(counts: readonly DraftStatistics[]): DraftStatistics | undefined {
  if (counts.length === 0) return undefined;
  const sum = (of: (counts: DraftStatistics) => number) => counts.reduce((total, one) => total + of(one), 0);
  return { proposed: sum(({ proposed }) => proposed), accepted: sum(({ accepted }) => accepted) };
}

function perSecond(tokens: number, milliseconds: number): number {
  return milliseconds > 0 ? (tokens * 1000) / milliseconds : 0;
}
