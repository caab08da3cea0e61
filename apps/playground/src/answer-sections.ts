import type { DecodeEvent } from '@beltline/decoder';
import { createAnswerParser } from '@beltline/format';

/** A step of an answer as far as it is known. */
export interface StepState {
  readonly title: string;
  readonly text: string;
  readonly state: 'waiting' | 'decoding' | 'done';
  /** Strand that it is decoded on; undefined where it is a part of the trunk. */
  readonly strand: number | undefined;
}

/** A piece of an answer as far as it is known. */
export type SectionState =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'block'; readonly steps: readonly StepState[] };

/** The text of an answer while it comes in. Sections are never changed, only replaced. */
export interface AnswerSections {
  readonly current: readonly SectionState[];
  apply(event: DecodeEvent): void;
}

/** Whether it is a block whose steps are not decoded yet. */
function isOutline(section: SectionState | undefined): boolean {
  return section?.type === 'block' && section.steps.some(({ state }) => state === 'waiting');
}

/** Follows the text of an answer; text that is decoded in order is searched for steps, too. */
export function createAnswerSections(): AnswerSections {
  let current: readonly SectionState[] = [];
  let inBranches = false;

  const replaceLast = (section: SectionState) => {
    current = [...current.slice(0, -1), section];
  };
  const addText = (text: string) => {
    const last = current.at(-1);
    if (last?.type === 'text') replaceLast({ type: 'text', text: last.text + text });
    else current = [...current, { type: 'text', text }];
  };
  const addStep = (step: StepState) => {
    const last = current.at(-1);
    if (last?.type === 'block') replaceLast({ type: 'block', steps: [...last.steps, step] });
    else current = [...current, { type: 'block', steps: [step] }];
  };
  const changeLastStep = (change: (step: StepState) => Partial<StepState>) => {
    const last = current.at(-1);
    const step = last?.type === 'block' ? last.steps.at(-1) : undefined;
    if (last?.type !== 'block' || !step) return;
    replaceLast({ type: 'block', steps: [...last.steps.slice(0, -1), { ...step, ...change(step) }] });
  };

  const parser = createAnswerParser({
    onEvent(event) {
      switch (event.type) {
        case 'text-delta':
          return addText(event.text);
        case 'block-start':
          current = [...current, { type: 'block', steps: [] }];
          return;
        case 'step-start':
          return addStep({ title: event.title, text: '', state: 'decoding', strand: undefined });
        case 'step-delta':
          return changeLastStep(({ text }) => ({ text: text + event.text }));
        case 'step-end':
          return changeLastStep(() => ({ state: 'done' }));
        case 'block-end':
          return;
        default:
          event satisfies never;
      }
    },
  });

  /** Changes a step by its number in the whole answer, or the first one that `find` accepts. */
  function changeStep(
    find: (step: StepState, index: number) => boolean,
    change: (step: StepState) => Partial<StepState>,
  ): void {
    let index = 0;
    let found = false;
    current = current.map((section) => {
      if (section.type !== 'block' || found) return section;
      const steps = section.steps.map((step) => {
        if (found || !find(step, index++)) return step;
        found = true;
        return { ...step, ...change(step) };
      });
      return found ? { type: 'block', steps } : section;
    });
  }

  return {
    get current() {
      return current;
    },
    apply(event) {
      switch (event.type) {
        case 'stage-start':
          inBranches = event.stage === 'branches';
          return;
        case 'text-delta':
          return parser.feed(event.text);
        case 'branch-start':
          parser.end();
          if (!isOutline(current.at(-1))) current = [...current, { type: 'block', steps: [] }];
          return addStep({ title: event.title, text: '', state: 'waiting', strand: undefined });
        case 'strand-start':
          if (!inBranches) return;
          return changeStep(
            ({ state }) => state === 'waiting',
            () => ({ state: 'decoding', strand: event.strand }),
          );
        case 'branch-delta':
          return changeStep(
            (_, index) => index === event.branch,
            ({ text }) => ({ text: text + event.text }),
          );
        case 'branch-end':
          return changeStep(
            (_, index) => index === event.branch,
            () => ({ state: 'done' }),
          );
        case 'repair':
          parser.end();
          current = [];
          return parser.feed(event.text);
        case 'finish':
          return parser.end();
        case 'fallback':
          // The outline was of no use: decoding goes on after the text before it.
          current = current.filter((section) => !isOutline(section));
          return;
        case 'stage-end':
        case 'prefill-delta':
        case 'slots-reused':
        case 'pass':
        case 'slots-kept':
          return;
        default:
          event satisfies never;
      }
    },
  };
}
