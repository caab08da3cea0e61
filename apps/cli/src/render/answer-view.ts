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
  let branches: Extract<Section, { type: 'block' }> | undefined;
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
    if (next === 'branches') for (const step of branches?.steps ?? []) step.state = 'decoding';
    // The outline was of no use: decoding goes on after the preamble.
    if (next === 'sequential') sections = sections.filter((section) => section !== branches);
  }

  function openBranch(title: string): void {
    parser.end();
    if (!branches) {
      branches = { type: 'block', steps: [] };
      sections.push(branches);
    }
    branches.steps.push({ title, text: '', state: 'waiting' });
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
          return openBranch(event.title);
        case 'branch-delta':
          branches!.steps[event.branch]!.text += event.text;
          return;
        case 'branch-end':
          branches!.steps[event.branch]!.state = 'done';
          return;
        case 'repair':
          parser.end();
          sections = [];
          branches = undefined;
          return parser.feed(event.text);
        case 'finish':
          stage = undefined;
          return parser.end();
        case 'fallback':
        case 'stage-end':
        case 'strand-start':
        case 'pass':
        case 'slots-kept':
          return;
        default:
          event satisfies never;
      }
    },
  };
}
