import type { DecodeEvent, GenerationResult, Stage } from '@beltline/decoder';
import { createAnswerSections, type SectionState } from './answer-sections.ts';
import { createMaskRows, type MaskRows } from './mask-rows.ts';

export type RunMode = 'parallel' | 'sequential';

/** All there is to show of a run after one of its forward passes. */
export interface RunState {
  /** Arrival of the pass, in ms from the start of the run. */
  readonly at: number;
  /** Undefined before the start and after the end. */
  readonly stage: Stage | undefined;
  readonly sections: readonly SectionState[];
  /** Forward passes after the prompt's prefill. */
  readonly passes: number;
  /** Rows of the mask so far. */
  readonly rows: number;
  /** Tokens of the answer so far; titles count once, when they are chosen. */
  readonly answerTokens: number;
  /** Set where the run is over. */
  readonly result: GenerationResult | undefined;
}

export interface TimedEvent {
  /** Arrival, in ms from the start of the run. */
  readonly at: number;
  readonly event: DecodeEvent;
}

/** A run as it was told by its events: its state after every forward pass, and its mask. */
export interface RunRecord {
  readonly mode: RunMode;
  readonly events: readonly TimedEvent[];
  /** The state before the first pass, and then after each; the last one still changes while events come. */
  readonly states: readonly RunState[];
  readonly mask: MaskRows;
  /** When the prompt was in the cache, in ms from the start of the run; undefined before. */
  readonly promptReadAt: number | undefined;
  add(event: DecodeEvent, at: number): void;
}

const initial: RunState = {
  at: 0,
  stage: undefined,
  sections: [],
  passes: 0,
  rows: 0,
  answerTokens: 0,
  result: undefined,
};

/**
 * Starts the record of a run. States are never changed, only replaced, and share what they have in common: any of them
 * can be shown at any time, at no cost.
 */
export function createRunRecord(mode: RunMode): RunRecord {
  const events: TimedEvent[] = [];
  const states: RunState[] = [initial];
  const mask = createMaskRows();
  const sections = createAnswerSections();
  let promptReadAt: number | undefined;
  let promptTokens = 0;

  function update(change: Partial<RunState>): void {
    states[states.length - 1] = { ...states.at(-1)!, sections: sections.current, ...change };
  }

  function addPass(event: Extract<DecodeEvent, { type: 'pass' }>, at: number): void {
    const last = states.at(-1)!;
    mask.apply(event);
    const inPrefill = event.stage === 'prefill';
    const slots = event.firstSlot + event.tokens.length;
    if (inPrefill) promptTokens = slots;
    states.push({
      ...last,
      at,
      stage: event.stage,
      rows: mask.length,
      passes: last.passes + (inPrefill ? 0 : 1),
      // The outline also holds forced text, which leaves the cache with it.
      answerTokens: event.stage === 'outline' ? last.answerTokens + 1 : slots - promptTokens,
    });
  }

  return {
    mode,
    events,
    states,
    mask,
    get promptReadAt() {
      return promptReadAt;
    },
    add(event, at) {
      events.push({ at, event });
      if (event.type === 'pass') return addPass(event, at);
      if (event.type === 'slots-reused') promptTokens = event.tokens.length;
      if (event.type === 'strand-start' || event.type === 'slots-kept' || event.type === 'slots-reused') {
        mask.apply(event);
      }
      sections.apply(event);
      switch (event.type) {
        case 'stage-start':
          return update({ stage: event.stage });
        case 'stage-end':
          if (event.stage === 'prefill') promptReadAt ??= at;
          return update({});
        case 'finish':
          return update({
            at,
            stage: undefined,
            result: event.result,
            answerTokens: event.result.statistics.answerTokens,
          });
        default:
          return update({});
      }
    },
  };
}
