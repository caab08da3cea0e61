import type { Playground } from '../playground.ts';
import { AskPanel } from './ask-panel.tsx';
import { MaskPanel } from './mask-panel.tsx';
import { RunCard } from './run-card.tsx';
import { Timeline } from './timeline.tsx';

export function App({ playground }: { playground: Playground }) {
  const { race } = playground;
  return (
    <>
      <header class="masthead">
        <h1>
          Beltline <span>playground</span>
        </h1>
        <p>
          One question, one model, two ways to decode: token by token, or all independent steps at once inside
          one sequence. Everything runs in this browser.
        </p>
      </header>
      <main>
        <AskPanel playground={playground} />
        <p class="visually-hidden" role="status">
          {playground.announcement}
        </p>
        {race.phase.value !== 'empty' && (
          <section class="race" aria-labelledby="race-heading">
            <h2 id="race-heading" class="visually-hidden">
              Race
            </h2>
            <Timeline playground={playground} />
            <div class="board">
              <RunCard race={race} mode="parallel" />
              <RunCard race={race} mode="sequential" />
              <MaskPanel playground={playground} />
            </div>
          </section>
        )}
      </main>
      <footer class="colophon">
        <p>
          Method: Yu,{' '}
          <a href="https://arxiv.org/abs/2503.20533">
            Accelerate Parallelizable Reasoning via Parallel Decoding within One Sequence
          </a>{' '}
          (arXiv 2503.20533).
        </p>
      </footer>
    </>
  );
}
