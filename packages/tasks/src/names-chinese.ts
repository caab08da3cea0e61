import { createFresh } from './fresh.ts';
import type { Names } from './names.ts';
import type { Random } from './random.ts';
import { divide, type Split, splitOf } from './split.ts';
import * as words from './words/chinese.ts';

const countries = divide(words.countries);
const products = divide(words.products);

/** Surnames serve both splits; given names, places and all that is named after them are divided. */
export function createChineseNames(random: Random, split: Split): Names {
  const { integer, pick } = random;
  const fresh = createFresh();

  /** Draws one or two characters that belong to the split. */
  function drawn(characters: readonly string[], lengths: readonly number[]): string {
    let name: string;
    do name = Array.from({ length: pick(lengths) }, () => pick(characters)).join('');
    while (splitOf(name) !== split);
    return name;
  }

  const person = () => fresh(() => pick(words.surnames) + drawn(words.givenNames, [1, 2, 2]));
  const town = () => fresh(() => drawn(words.placeNames, [2]));
  const universityIn = (place: string) => place.replace(/市$/, '') + pick(words.universityKinds);

  return {
    person,
    place: () => `${town()}市`,
    pastime: town,
    company: () => fresh(() => drawn(words.companyNames, [2])) + pick(words.companyKinds),
    university: () => universityIn(town()),
    universityIn,
    work: () => `《${town()}${pick(words.workNouns)}》`,
    country: () =>
      fresh(
        () => pick(countries[split]),
        () => `${drawn(words.placeNames, [2])}国`,
      ),
    product: () => fresh(() => pick(words.materials) + pick(products[split])),
    date: () => fresh(() => `${integer(1885, 1999)}年${integer(1, 12)}月${integer(1, 28)}日`),
    year: () => fresh(() => `${integer(1900, 2020)}年`),
    population: () => fresh(() => `${integer(11, 999)}.${integer(1, 9)}万`),
    team: () => `${town()}${pick(words.teamKinds)}`,
    building: () => `${town()}${pick(words.buildingKinds)}`,
    device: () => `${town()}${integer(2, 99)}号`,
    code: () => fresh(() => `${pick('ABCDEFGHKMNPRSTUVWXYZ'.split(''))}-${integer(1000, 9999)}`),
    amount: () => fresh(() => `${integer(12, 999)}${pick(['元', '00元', '万元'])}`),
    distance: () => fresh(() => `${integer(11, 999)}${pick(['公里', '千米', '米'])}`),
  };
}
