import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ExampleFamily } from '../examples.ts';
import type { Playground } from '../playground.ts';
import { ModelPicker } from './model-picker.tsx';

const families: readonly { readonly family: ExampleFamily; readonly label: string }[] = [
  { family: 'planning', label: 'Plan' },
  { family: 'documents', label: 'Documents' },
];

/** Question, model and the button that starts the race. */
export function AskPanel({ playground }: { playground: Playground }) {
  const { question, join, race } = playground;
  const busy = race.phase.value === 'loading' || race.phase.value === 'recording';
  const button = useRef<HTMLButtonElement>(null);
  // The button that is about to be replaced would take the focus with it.
  const focused = button.current !== null && button.current === document.activeElement;
  useLayoutEffect(() => {
    if (focused) button.current!.focus();
  }, [busy]);
  const submit = (event: Event) => {
    event.preventDefault();
    playground.run();
  };
  return (
    <form class="ask card" onSubmit={submit}>
      <div class="ask-question">
        <label for="question">Question</label>
        <textarea
          id="question"
          rows={7}
          value={question}
          onInput={({ currentTarget }) => {
            question.value = currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          }}
        />
        <div class="examples">
          <span id="examples-label">Examples</span>
          <fieldset aria-labelledby="examples-label" class="chips">
            {families.map(({ family, label }) => (
              <button
                key={family}
                type="button"
                class="chip"
                aria-pressed={playground.example.value?.family === family}
                title="Press again for another one"
                onClick={() => playground.pickExample(family)}
              >
                {label}
              </button>
            ))}
          </fieldset>
          <ShareButton playground={playground} />
        </div>
      </div>
      <div class="ask-settings">
        <ModelPicker model={playground.model} disabled={busy} />
        <div class="field">
          <label for="join">Join of the branches</label>
          <select
            id="join"
            value={join}
            disabled={busy}
            aria-describedby="join-help"
            onChange={({ currentTarget }) => {
              join.value = currentTarget.value === 'reuse' ? 'reuse' : 'recompute';
            }}
          >
            <option value="recompute">Recompute</option>
            <option value="reuse">Reuse</option>
          </select>
          <p id="join-help" class="help">
            {join.value === 'reuse'
              ? 'The conclusion sees the branches as they are, side by side. Quickest.'
              : 'The branches are read once more as one text, in order, as in the paper.'}
          </p>
        </div>
        <div class="ask-go">
          {/* Keys: a stop button that turned into the submit button while it is clicked would submit. */}
          {busy ? (
            <button key="stop" ref={button} type="button" class="primary" onClick={() => race.stop()}>
              Stop
            </button>
          ) : (
            <button
              key="run"
              ref={button}
              type="submit"
              class="primary"
              disabled={question.value.trim() === ''}
            >
              Run the race
            </button>
          )}
          {race.phase.value === 'empty' && race.problem.value !== '' && <p class="problem">{race.problem}</p>}
        </div>
      </div>
    </form>
  );
}

function ShareButton({ playground }: { playground: Playground }) {
  const said = useSignal('');
  const share = async () => {
    const link = playground.shareLink();
    history.replaceState(null, '', link);
    try {
      await navigator.clipboard.writeText(link);
      said.value = 'Link copied';
    } catch {
      said.value = 'The link is in the address bar';
    }
  };
  return (
    <span class="share">
      <span role="status">{said}</span>
      <button type="button" class="quiet" onClick={() => void share()}>
        Share link
      </button>
    </span>
  );
}
