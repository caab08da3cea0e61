import { createAnswerParser } from '@beltline/format';
import type { DecodeEvent, Stage } from '@beltline/node';

/** A step as far as it is known. */
export interface StepView {
  readonly title: string;
  readonly text: string;
  readonly state: 'waiting' | 'decoding' | 'done';
}

/** A piece of the answer as far as it is known. */
export type SectionView =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'block'; readonly steps: readonly StepView[] };

/** What can be shown of a generation while it runs, in the order of the finished answer. */
export interface AnswerView {
  readonly sections: readonly SectionView[];
  readonly stage: Stage | undefined;
  /** Tokens that a long text has put into the cache so far, while there is such a text. */
  readonly prefill: { readonly done: number; readonly tokens: number } | undefined;
  apply(event: DecodeEvent): void;
}

interface Step {
  title: string;
  text: string;
  state: StepView['state'];
}

type Section = { type: 'text'; text: string } | { type: 'block'; steps: Step[] };

/** Follows the events of one generation. Text decoded in order is searched for steps, too. */
export function createAnswerView(): AnswerView {
  let sections: Section[] = [];
  /** Steps by the numbers of their branches, and the blocks that they are in. */
  let branches: Step[] = [];
  let blocks: Extract<Section, { type: 'block' }>[] = [];
  let stage: Stage | undefined;
  let prefill: AnswerView['prefill'];

  const parser = createAnswerParser({
    onEvent(event) {
      const section = sections.at(-1);
      switch (event.type) {
        case 'text-delta':
          if (section?.type === 'text') section.text += event.text;
          else sections.push({ type: 'text', text: event.text });
          return;
        case 'block-start':
          sections.push({ type: 'block', steps: [] });
          return;
        case 'step-start':
          if (section?.type === 'block')
            section.steps.push({ title: event.title, text: '', state: 'decoding' });
          return;
        case 'step-delta':
          if (section?.type === 'block') section.steps.at(-1)!.text += event.text;
          return;
        case 'step-end':
          if (section?.type === 'block') section.steps.at(-1)!.state = 'done';
          return;
        case 'block-end':
          return;
        default:
          event satisfies never;
      }
    },
  });

  function enterStage(next: Stage): void {
    stage = next;
    prefill = undefined;
    if (next === 'branches')
      for (const step of branches) if (step.state === 'waiting') step.state = 'decoding';
  }

  function openBranch(block: number, title: string): void {
    parser.end();
    blocks[block] ??= { type: 'block', steps: [] };
    const { steps } = blocks[block];
    if (steps.length === 0) sections.push(blocks[block]);
    const step: Step = { title, text: '', state: 'waiting' };
    steps.push(step);
    branches.push(step);
  }

  /** An outline was of no use: decoding goes on after the text before it. */
  function dropOutline(): void {
    const isWaiting = ({ state }: Step) => state === 'waiting';
    sections = sections.filter((section) => section.type === 'text' || !section.steps.some(isWaiting));
  }

  return {
    get sections() {
      return sections;
    },
    get stage() {
      return stage;
    },
    get prefill() {
      return prefill;
    },
    apply(event) {
      switch (event.type) {
        case 'stage-start':
          return enterStage(event.stage);
        case 'prefill-delta':
          prefill = event.done < event.tokens ? { done: event.done, tokens: event.tokens } : undefined;
          return;
        case 'text-delta':
          return parser.feed(event.text);
        case 'branch-start':
          return openBranch(event.block, event.title);
        case 'branch-delta':
          branches[event.branch]!.text += event.text;
          return;
        case 'branch-end':
          branches[event.branch]!.state = 'done';
          return;
        case 'fallback':
          return dropOutline();
        case 'repair':
          parser.end();
          sections = [];
          branches = [];
          blocks = [];
          return parser.feed(event.text);
        case 'finish':
          stage = undefined;
          return parser.end();
        case 'stage-end':
        case 'strand-start':
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
