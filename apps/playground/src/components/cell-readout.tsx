import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { describeCell, type TokenPlace } from '../describe-cell.ts';
import type { CellPlace } from '../mask-picture.ts';
import type { ModelStore } from '../model-store.ts';
import { branchColor, palettes, toCss } from '../palette.ts';
import type { ShownRun } from '../race-store.ts';
import { loadTokenNames, type TokenNames } from '../token-names.ts';

interface Props {
  readonly source: ModelStore;
  readonly shown: ShownRun | undefined;
  readonly cursor: CellPlace | undefined;
}

/** Says in words what the cell under the cursor means. */
export function CellReadout({ source, shown, cursor }: Props) {
  const names = useTokenNames(source, cursor !== undefined);
  const cell =
    shown &&
    cursor &&
    describeCell(shown.run.mask, cursor, { rows: shown.state.rows, sections: shown.state.sections });
  return (
    <div class="readout" role="status">
      {cell && (
        <>
          <Token place={cell.query} names={names} />
          {cell.key && (
            <>
              <span class="relation">{cell.sees ? 'sees' : 'does not see'}</span>
              <Token place={cell.key} names={names} />
            </>
          )}
        </>
      )}
    </div>
  );
}

function Token({ place, names }: { place: TokenPlace; names: TokenNames | undefined }) {
  const style = {
    '--strand-light': toCss(branchColor(palettes.light, place.branch)),
    '--strand-dark': toCss(branchColor(palettes.dark, place.branch)),
  };
  return (
    <span class="token" style={style}>
      <code>{names ? visible(names(place.token)) : `token ${place.token}`}</code>{' '}
      <span>
        {place.strand}, position {place.position}, slot {place.slot}
      </span>
    </span>
  );
}

function visible(text: string): string {
  return text.replaceAll('\n', '↵').replaceAll('\t', '⇥').replace(/^ | $/g, '␣') || '∅';
}

/** Loads the names when they are first wanted. */
function useTokenNames({ status }: ModelStore, wanted: boolean): TokenNames | undefined {
  const names = useSignal<{ source: unknown; names: TokenNames } | undefined>(undefined);
  const { value: state } = status;
  const source = state.status === 'ready' ? state.source : undefined;
  useEffect(() => {
    if (!wanted || source === undefined || names.value?.source === source) return;
    loadTokenNames(source).then(
      (loaded) => {
        names.value = { source, names: loaded };
      },
      // Ids will do.
      () => {},
    );
  }, [wanted, source, names]);
  return names.value?.source === source ? names.value?.names : undefined;
}
