import { useSignal } from '@preact/signals';
import { toSvg } from '../mask-picture.ts';
import { toPng } from '../mask-png.ts';
import { messageOf } from '../model-store.ts';
import { palettes } from '../palette.ts';
import type { Playground } from '../playground.ts';
import type { RunMode } from '../run-state.ts';
import { saveFile } from '../save-file.ts';
import { MaskCanvas } from './mask-canvas.tsx';
import { useDarkScheme } from './use-dark-scheme.ts';

/** The mask of one of the runs, with what the pointer is at. */
export function MaskPanel({ playground }: { playground: Playground }) {
  const { pictured, race } = playground;
  const dark = useDarkScheme();
  const palette = dark ? palettes.dark : palettes.light;
  const whole = useSignal(false);
  const problem = useSignal('');
  const shown = race.shown[pictured.value].value;
  const origin = (length: number) => (whole.value ? { row: 0, column: 0 } : { row: length, column: length });

  const saveSvg = () => {
    if (!shown) return;
    const { mask } = shown.run;
    const svg = toSvg(mask, shown.state.rows, origin(mask.promptLength), palette);
    saveFile(`beltline-mask-${pictured.value}.svg`, svg, 'image/svg+xml');
  };
  const savePng = async () => {
    if (!shown) return;
    const { mask } = shown.run;
    problem.value = '';
    try {
      const png = await toPng(mask, shown.state.rows, origin(mask.promptLength), palette);
      saveFile(`beltline-mask-${pictured.value}.png`, png, 'image/png');
    } catch (error) {
      problem.value = messageOf(error);
    }
  };
  return (
    <article class="mask card" aria-labelledby="mask-heading">
      <div class="run-head">
        <h3 id="mask-heading">Attention mask</h3>
        <div class="segments" role="radiogroup" aria-label="Mask of which run">
          {(['parallel', 'sequential'] as const).map((mode: RunMode) => (
            <label key={mode} class="segment">
              <input
                type="radio"
                name="pictured"
                checked={pictured.value === mode}
                onChange={() => {
                  pictured.value = mode;
                }}
              />
              <span class="segment-label">{mode === 'parallel' ? 'Parallel' : 'Sequential'}</span>
            </label>
          ))}
        </div>
      </div>
      <MaskCanvas playground={playground} whole={whole.value} dark={dark} />
      <div class="mask-tools">
        <label class="check">
          <input
            type="checkbox"
            checked={whole.value}
            onChange={({ currentTarget }) => {
              whole.value = currentTarget.checked;
            }}
          />
          Show the prompt, too
        </label>
        <span class="save">
          <button type="button" class="quiet" onClick={saveSvg}>
            Save SVG
          </button>
          <button type="button" class="quiet" onClick={() => void savePng()}>
            Save PNG
          </button>
        </span>
      </div>
      {problem.value !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </article>
  );
}
