import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Whether the page is dark now. */
export function useDarkScheme(): boolean {
  const dark = useSignal(matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const update = () => {
      dark.value = query.matches;
    };
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, [dark]);
  return dark.value;
}
