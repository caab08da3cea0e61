import type { Join } from '@beltline/decoder';

/** What a link carries. */
export interface SharedQuestion {
  readonly question: string;
  readonly join: Join;
}

/** The fragment of a link, without `#`; the server never sees it. */
export function toFragment({ question, join }: SharedQuestion): string {
  const parameters = new URLSearchParams({ q: question });
  if (join !== 'recompute') parameters.set('join', join);
  return parameters.toString();
}

/** Undefined where the fragment carries no question. */
export function fromFragment(fragment: string): SharedQuestion | undefined {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const question = parameters.get('q');
  if (!question?.trim()) return undefined;
  return { question, join: parameters.get('join') === 'reuse' ? 'reuse' : 'recompute' };
}
