import type { Random } from './random.ts';
import * as words from './words.ts';

/** Makes names for one problem; no name or value of a problem contains another one. */
export interface Names {
  person(): string;
  place(): string;
  company(): string;
  university(): string;
  work(): string;
  country(): string;
  product(): string;
  /** Such as `4 May 1972`. */
  date(): string;
  year(): string;
  /** Such as `613,806`. */
  population(): string;
}

const onsets = [
  'b',
  'br',
  'ch',
  'd',
  'dr',
  'f',
  'g',
  'gr',
  'h',
  'k',
  'kl',
  'l',
  'm',
  'n',
  'p',
  'qu',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'z',
];
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ee', 'ou'];
const codas = ['', '', '', 'b', 'k', 'l', 'm', 'n', 'r', 's', 'sh', 'th', 'x'];

export function createNames(random: Random): Names {
  const { integer, pick } = random;
  const used: string[] = [];

  /** Draws until nothing drawn before contains the value or is contained in it. */
  function fresh(draw: () => string): string {
    let value = draw();
    while (used.some((other) => other.includes(value) || value.includes(other))) value = draw();
    used.push(value);
    return value;
  }

  function invented(): string {
    const count = pick([2, 2, 3]);
    const syllables = Array.from({ length: count }, () => pick(onsets) + pick(vowels) + pick(codas));
    const name = syllables.join('');
    return name[0]!.toUpperCase() + name.slice(1);
  }

  const place = () => fresh(invented);
  const knownOr = (known: readonly string[]) => fresh(() => (integer(0, 1) === 0 ? pick(known) : invented()));
  const universities = [
    () => `University of ${place()}`,
    () => `${place()} State University`,
    () => `${place()} School of ${pick(words.fields)}`,
    () => `${place()} University of ${pick(words.fields)}`,
  ];

  return {
    person: () => `${knownOr(words.firstNames)} ${knownOr(words.lastNames)}`,
    place,
    company: () => `${knownOr(words.lastNames)} ${pick(words.companyKinds)}`,
    university: () => pick(universities)(),
    work: () => `The ${pick(words.workNouns)} of ${place()}`,
    country: () => fresh(() => pick(words.countries)),
    product: () => fresh(() => pick(words.products)),
    date: () => fresh(() => `${integer(1, 28)} ${pick(words.months)} ${integer(1885, 1999)}`),
    year: () => fresh(() => `${integer(1900, 2020)}`),
    population: () => fresh(() => `${integer(100, 999)},${String(integer(0, 999)).padStart(3, '0')}`),
  };
}
