import type { SectionState, StepState } from '../answer-sections.ts';
import { describeResult } from '../describe-result.ts';
import { formatRate, formatSeconds } from '../format-figures.ts';
import { branchColor, palettes, toCss } from '../palette.ts';
import { figuresOf } from '../race.ts';
import type { RacePhase, RaceStore, ShownRun } from '../race-store.ts';
import type { RunMode } from '../run-state.ts';

const titles: Record<RunMode, string> = { parallel: 'Parallel', sequential: 'Sequential' };

const stages = {
  prefill: 'Reading the prompt',
  outline: 'Writing the outline',
  branches: 'All steps at once',
  verification: 'Verifying the steps',
  conclusion: 'Writing the conclusion',
  sequential: 'Token by token',
} as const;

/** One run of the race: its figures and its answer, steps as lanes. */
export function RunCard({ race, mode }: { race: RaceStore; mode: RunMode }) {
  const shown = race.shown[mode].value;
  const headingId = `${mode}-heading`;
  return (
    <article class={`run card run-${mode}`} aria-labelledby={headingId}>
      <div class="run-head">
        <h3 id={headingId}>{titles[mode]}</h3>
        <p class="stage">{shown ? stageOf(shown, race.phase.value) : stageBefore(race.phase.value)}</p>
      </div>
      <FigureList shown={shown} />
      <Progress shown={shown} label={`${titles[mode]} run, tokens of its answer`} />
      <Answer shown={shown} />
    </article>
  );
}

function stageBefore(phase: RacePhase): string {
  if (phase === 'over') return 'Not run';
  return phase === 'recording' ? 'Runs next' : 'Waiting';
}

function stageOf({ run, state }: ShownRun, phase: RacePhase): string {
  if (state.result) return 'Finished';
  if (phase === 'over' && state === run.states.at(-1)) return 'Stopped';
  return state.stage ? stages[state.stage] : 'Starting';
}

function FigureList({ shown }: { shown: ShownRun | undefined }) {
  const figures = shown && figuresOf(shown.run, shown.state);
  return (
    <dl class="figures">
      <div class="figure-main">
        <dt>tokens per second</dt>
        <dd>{formatRate(figures?.tokensPerSecond)}</dd>
      </div>
      <div>
        <dt>forward passes</dt>
        <dd>{figures?.passes ?? 0}</dd>
      </div>
      <div>
        <dt>elapsed</dt>
        <dd>{formatSeconds(figures?.milliseconds ?? 0)}</dd>
      </div>
    </dl>
  );
}

function Progress({ shown, label }: { shown: ShownRun | undefined; label: string }) {
  const total = shown?.run.states.at(-1)?.result?.statistics.answerTokens;
  return (
    <progress
      class="track"
      aria-label={label}
      max={total ?? 1}
      value={total ? shown!.state.answerTokens : 0}
    />
  );
}

function Answer({ shown }: { shown: ShownRun | undefined }) {
  if (!shown) return null;
  const { run, state } = shown;
  const numbers = firstNumbers(state.sections);
  return (
    <div class="answer">
      {state.sections.map((section, index) =>
        section.type === 'text' ? (
          <p key={index} class="answer-text">
            {section.text.trim()}
          </p>
        ) : (
          <ol key={index} class="lanes" start={numbers[index]}>
            {section.steps.map((step, position) => (
              <Lane
                key={position}
                step={step}
                number={numbers[index]! + position}
                branch={step.strand === undefined ? -1 : run.mask.branchOf(step.strand)}
              />
            ))}
          </ol>
        ),
      )}
      {state.result &&
        describeResult(state.result).map((note) => (
          <p key={note} class="note">
            {note}
          </p>
        ))}
    </div>
  );
}

/** Number of each section's first step, steps counted through the whole answer. */
function firstNumbers(sections: readonly SectionState[]): number[] {
  let next = 1;
  return sections.map((section) => {
    const first = next;
    if (section.type === 'block') next += section.steps.length;
    return first;
  });
}

function Lane({ step, number, branch }: { step: StepState; number: number; branch: number }) {
  const style = {
    '--strand-light': toCss(branchColor(palettes.light, branch)),
    '--strand-dark': toCss(branchColor(palettes.dark, branch)),
  };
  return (
    <li class={`lane lane-${step.state}`} style={style}>
      <span class="lane-number" aria-hidden="true">
        {number}
      </span>
      <span class="lane-body">
        <b>{step.title}</b>
        <span>{step.text.trim()}</span>
      </span>
    </li>
  );
}
