import type { Join } from '@beltline/decoder';
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { announce } from './announce.ts';
import { type Example, type ExampleFamily, exampleQuestion } from './examples.ts';
import { createModelStore, type ModelStore } from './model-store.ts';
import { createRaceStore, type RaceStore } from './race-store.ts';
import type { RunMode } from './run-state.ts';
import { fromFragment, toFragment } from './share-link.ts';

/** All that the page shows and does. */
export interface Playground {
  readonly question: Signal<string>;
  readonly join: Signal<Join>;
  /** The example that stands in the question field, if it is one. */
  readonly example: ReadonlySignal<Example | undefined>;
  readonly model: ModelStore;
  readonly race: RaceStore;
  /** Whose mask is shown. */
  readonly pictured: Signal<RunMode>;
  /** What assistive technology is told: where things stand, never every token. */
  readonly announcement: ReadonlySignal<string>;
  /** Puts an example and the join that suits it into the fields; the next one of its family if one stands there already. */
  pickExample(family: ExampleFamily): void;
  run(): void;
  /** A link to this page that carries the question. */
  shareLink(): string;
}

export function createPlayground(): Playground {
  const shared = fromFragment(location.hash);
  const firstExample = exampleQuestion('planning', 0);
  const question = signal(shared?.question ?? firstExample.question);
  const join = signal<Join>(shared?.join ?? firstExample.join);
  const example = signal<Example | undefined>(shared ? undefined : firstExample);
  const model = createModelStore();
  const race = createRaceStore({
    replay: () => !matchMedia('(prefers-reduced-motion: reduce)').matches,
  });
  const nextNumber: Record<ExampleFamily, number> = { planning: shared ? 0 : 1, documents: 0 };

  effect(() => {
    if (example.value && example.value.question !== question.value) example.value = undefined;
  });
  addEventListener('hashchange', () => {
    const link = fromFragment(location.hash);
    if (link) [question.value, join.value] = [link.question, link.join];
  });
  // The first question should not wait for it.
  model.ready().catch(() => {});

  return {
    question,
    join,
    example,
    model,
    race,
    pictured: signal<RunMode>('parallel'),
    announcement: announce(race),
    pickExample(family) {
      const next = exampleQuestion(family, nextNumber[family]++);
      question.value = next.question;
      join.value = next.join;
      example.value = next;
    },
    run() {
      const text = question.value.trim();
      if (text === '') return;
      const link = { question: text, join: join.value };
      const isDefault = text === firstExample.question && join.value === firstExample.join;
      history.replaceState(null, '', isDefault ? location.pathname : `#${toFragment(link)}`);
      race.start(text, { join: join.value, model });
    },
    shareLink() {
      const link = new URL(location.href);
      link.hash = toFragment({ question: question.value.trim(), join: join.value });
      return link.href;
    },
  };
}
