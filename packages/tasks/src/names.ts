import type { Language } from '@beltline/format';
import { createFresh } from './fresh.ts';
import { createChineseNames } from './names-chinese.ts';
import type { Random } from './random.ts';
import { type Divided, divide, type Split, splitOf } from './split.ts';
import * as words from './words/english.ts';

/** Makes names of one split for one problem; no name or value of a problem contains another one. */
export interface Names {
  person(): string;
  place(): string;
  /** A made-up interest, such as `Gardening` and `Archery` make `Garchery`. */
  pastime(): string;
  company(): string;
  university(): string;
  /** A university of a place; two of one place may contain one another. */
  universityIn(place: string): string;
  work(): string;
  country(): string;
  product(): string;
  /** Such as `4 May 1972`. */
  date(): string;
  year(): string;
  /** Such as `613,806`. */
  population(): string;
  /** Such as `Kelso Tigers`. */
  team(): string;
  /** Such as `Kelso Tower`. */
  building(): string;
  /** Such as `Kelso 310`. */
  device(): string;
  /** Such as `K-4821`. */
  code(): string;
  /** Such as `$45.20`. */
  amount(): string;
  /** Such as `412 km`. */
  distance(): string;
}

export function createNames(language: Language, random: Random, split: Split): Names {
  return language === 'zh' ? createChineseNames(random, split) : createEnglishNames(random, split);
}

const firstNames = divide(words.firstNames);
const lastNames = divide(words.lastNames);
const countries = divide(words.countries);
const products = divide(words.products);

/** Names of plain ASCII. */
export function createEnglishNames(random: Random, split: Split): Names {
  const { integer, pick } = random;
  const fresh = createFresh();

  /** Draws until the name belongs to the split. */
  function invented(known: readonly string[]): string {
    let name: string;
    do name = integer(0, 2) === 0 ? blended(known, random) : spelled(random);
    while (splitOf(name) !== split);
    return name;
  }

  const knownOr = (known: readonly string[], divided: Divided) =>
    fresh(
      () => (integer(0, 1) === 0 ? pick(divided[split]) : invented(known)),
      () => invented(known),
    );
  const place = () => fresh(() => invented(words.lastNames));
  const universityOf = (town: string) =>
    pick([
      () => `University of ${town}`,
      () => `${town} University`,
      () => `${town} State University`,
      () => `${town} College`,
      () => `${town} School of ${pick(words.fields)}`,
      () => `${town} University of ${pick(words.fields)}`,
    ])();

  return {
    person: () => `${knownOr(words.firstNames, firstNames)} ${knownOr(words.lastNames, lastNames)}`,
    place,
    pastime: () =>
      fresh(() => (integer(0, 3) === 0 ? lowered(invented(words.interests)) : invented(words.interests))),
    company: () => `${knownOr(words.lastNames, lastNames)} ${pick(words.companyKinds)}`,
    university: () => universityOf(place()),
    universityIn: universityOf,
    work: () => `The ${pick(words.workNouns)} of ${place()}`,
    country: () =>
      fresh(
        () => pick(countries[split]),
        () => invented(words.countries),
      ),
    product: () => fresh(() => `${pick(words.materials)} ${pick(products[split])}`),
    date: () => fresh(() => `${integer(1, 28)} ${pick(words.months)} ${integer(1885, 1999)}`),
    year: () => fresh(() => `${integer(1900, 2020)}`),
    population: () => fresh(() => `${integer(100, 999)},${String(integer(0, 999)).padStart(3, '0')}`),
    team: () => `${place()} ${pick(words.teamKinds)}`,
    building: () => `${place()} ${pick(words.buildingKinds)}`,
    device: () => `${place()} ${integer(2, 99)}${pick(['', '0', '00'])}`,
    code: () => fresh(() => `${pick(words.codeLetters)}-${integer(1000, 9999)}`),
    amount: () =>
      fresh(() => `$${integer(12, 990)}${pick(['.50', '.20', '.99', ',000', ',500', ' million'])}`),
    distance: () => fresh(() => `${integer(11, 999)} ${pick(['km', 'miles', 'meters'])}`),
  };
}

/** The beginning of one known name and the end of another one. */
function blended(known: readonly string[], { integer, pick }: Random): string {
  const head = pick(known);
  const tail = pick(known).toLowerCase();
  return head.slice(0, integer(2, 4)) + tail.slice(-integer(2, 4));
}

function lowered(name: string): string {
  return name[0]!.toLowerCase() + name.slice(1);
}

function spelled(random: Random): string {
  const name = spellWord(random);
  return name[0]!.toUpperCase() + name.slice(1);
}

/** A word of two or three syllables that hardly anybody has read, in small letters. */
export function spellWord({ pick }: Random): string {
  const count = pick([2, 2, 3]);
  return Array.from({ length: count }, () => pick(onsets) + pick(vowels) + pick(codas)).join('');
}

const onsets = 'b br ch d dr f g gr h j k kl l m n p qu r s sh st t th tr v w y z'.split(' ');
const vowels = 'a e i o u ai ee ou ia ea'.split(' ');
const codas = ['', '', '', ...'b d k l m n r s sh t th x ck ng'.split(' ')];
