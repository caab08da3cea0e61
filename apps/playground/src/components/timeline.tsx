import { exportRace } from '../export-race.ts';
import { formatSeconds } from '../format-figures.ts';
import type { Playground } from '../playground.ts';
import { verdictOf } from '../race.ts';
import { saveFile } from '../save-file.ts';

const speeds = [1, 0.5, 0.25, 0.1];

/** What is shown, how the race ended, and the controls to go through it again. */
export function Timeline({ playground }: { playground: Playground }) {
  const { race, pictured } = playground;
  const over = race.phase.value === 'over';
  return (
    <div class="timeline card">
      <div class="timeline-head">
        <p class="verdict">
          <Verdict playground={playground} />
        </p>
        {over && (
          <button
            type="button"
            class="quiet"
            onClick={() => saveFile('beltline-race.json', exportRace(race), 'application/json')}
          >
            Save as JSON
          </button>
        )}
      </div>
      {over && (
        <div class="transport">
          <button
            type="button"
            class="round"
            aria-label={race.playing.value ? 'Pause' : 'Replay'}
            onClick={() => (race.playing.value ? race.pause() : race.play())}
          >
            {race.playing.value ? <PauseIcon /> : <PlayIcon />}
          </button>
          <StepButton label="One forward pass back" playground={playground} passes={-1} />
          <StepButton label="One forward pass on" playground={playground} passes={1} />
          <input
            type="range"
            aria-label="Time"
            aria-valuetext={describeTime(playground)}
            min={0}
            max={Math.max(1, Math.ceil(race.duration.value))}
            step="any"
            value={race.clock}
            onInput={({ currentTarget }) => race.seek(Number(currentTarget.value))}
            onKeyDown={(event) => {
              const passes = passesOfKey(event.key);
              if (passes === undefined) return;
              event.preventDefault();
              race.step(pictured.value, passes);
            }}
          />
          <output class="time">{formatSeconds(race.clock.value)}</output>
          <label class="speed">
            <span class="visually-hidden">Speed of the replay</span>
            <select
              value={race.speed}
              onChange={({ currentTarget }) => {
                race.speed.value = Number(currentTarget.value);
              }}
            >
              {speeds.map((speed) => (
                <option key={speed} value={speed}>
                  {speed}×
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <p class="help">
        {over && race.problem.value === ''
          ? 'Both runs were recorded one after the other, so that neither slowed the other, and are replayed here on one clock. It starts when the prompt has been read.'
          : 'The runs are recorded one after the other, so that neither slows the other, and then replayed on one clock.'}
      </p>
    </div>
  );
}

function Verdict({ playground: { race } }: { playground: Playground }) {
  switch (race.phase.value) {
    case 'empty':
      return null;
    case 'loading':
      return <>Waiting for the model …</>;
    case 'recording':
      return <>Recording the {race.recording} run …</>;
    case 'over': {
      const { parallel, sequential } = race.shown;
      const verdict =
        parallel.value && sequential.value && verdictOf(parallel.value.run, sequential.value.run);
      if (!verdict) return <>{race.problem}</>;
      const { speedup, sameText } = verdict;
      return (
        <>
          <strong>
            {speedup >= 1 ? 'Parallel' : 'Sequential'} was {Math.max(speedup, 1 / speedup).toFixed(2)}× as
            fast
          </strong>
          . Parallel took {verdict.parallel.passes} forward passes, sequential {verdict.sequential.passes}.{' '}
          {sameText ? 'Both answers are the same, word for word.' : 'The answers differ.'}
        </>
      );
    }
    default:
      return race.phase.value satisfies never;
  }
}

function passesOfKey(key: string): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return 1;
    case 'ArrowLeft':
    case 'ArrowDown':
      return -1;
    case 'PageUp':
      return 10;
    case 'PageDown':
      return -10;
    default:
      return undefined;
  }
}

function describeTime({ race }: Playground): string {
  const passes = (['parallel', 'sequential'] as const).map(
    (mode) => `${mode} pass ${race.shown[mode].value?.state.passes ?? 0}`,
  );
  return `${formatSeconds(race.clock.value)}, ${passes.join(', ')}`;
}

function StepButton({
  label,
  playground,
  passes,
}: {
  label: string;
  playground: Playground;
  passes: number;
}) {
  return (
    <button
      type="button"
      class="round"
      aria-label={label}
      title={label}
      onClick={() => playground.race.step(playground.pictured.value, passes)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={passes > 0 ? 'M4 3l6 5-6 5zM11 3h2v10h-2z' : 'M12 3L6 8l6 5zM3 3h2v10H3z'} />
      </svg>
    </button>
  );
}

function PlayIcon() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 2.5l9 5.5-9 5.5z" />
    </svg>
  );
}

function PauseIcon() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 3h3v10H4zM9 3h3v10H9z" />
    </svg>
  );
}
