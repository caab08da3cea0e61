import { parseFactKinds } from './fact-kinds.ts';

export const englishFacts = parseFactKinds(`
  person | date | birth date | {s} was born on {a}. | When was {s} born? / On which date was {s} born? | What is the birth date of {s}?
  person | place | birth place | {s} was born in {a}. | Where was {s} born? / In which city was {s} born? | What is the birth place of {s}?
  person | date | death | {s} died on {a}. | When did {s} die? / On which date did {s} die? | What is the date of death of {s}?
  person | person | marriage | {s} is married to {a}. | Who is {s} married to? / Whom did {s} marry? | Who is the spouse of {s}?
  person | place | home | {s} lives in {a}. | Where does {s} live? / In which city does {s} live? | Which city is the home of {s}?
  person | company | job | {s} works for {a}. / {s} is employed by {a}. | Which company does {s} work for? / Who employs {s}? | What is the employer of {s}?
  person | university | study | {s} studied at {a}. / {s} graduated from {a}. | Where did {s} study? / Which university did {s} attend? | At which university did {s} study?
  person | person | teacher | {s} was taught by {a}. | Who taught {s}? / By whom was {s} taught? | Who was the teacher of {s}?
  company | person | founder | {s} was founded by {a}. / {s} was started by {a}. | Who founded {s}? / By whom was {s} founded? | Who is the founder of {s}?
  company | year | founding year | {s} was founded in {a}. | In which year was {s} founded? / When was {s} founded? | What is the founding year of {s}?
  company | person | leader | {s} is led by {a}. / {s} is run by {a}. | Who leads {s}? / Who runs {s}? | Who is the head of {s}?
  company | place | seat | {s} is based in {a}. / {s} has its seat in {a}. | Where is {s} based? / In which city is {s} based? | Which city is the seat of {s}?
  company | product | product | {s} makes {a}. / {s} sells {a}. | What does {s} make? / Which product does {s} make? | What is the product of {s}?
  company | company | owner | {s} belongs to {a}. / {s} is owned by {a}. | Which company owns {s}? / Who owns {s}? | What company is the owner of {s}?
  place | country | country | {s} is a city in {a}. / {s} lies in {a}. | In which country is {s}? / Which country is {s} in? | What country does {s} lie in?
  place | country | country | {s} is the capital of {a}. | Of which country is {s} the capital? / {s} is the capital of which country? | Which country has {s} as its capital?
  place | population | population | {s} has a population of {a}. / {s} has {a} inhabitants. | What is the population of {s}? / How many people live in {s}? | How many inhabitants does {s} have?
  place | person | mayor | {s} has a mayor named {a}. / {s} is governed by mayor {a}. | Who is the mayor of {s}? / What is the name of the mayor of {s}? | Who governs {s}?
  place | year | founding year | {s} became a city in {a}. | In which year did {s} become a city? / When did {s} become a city? | Since which year has {s} been a city?
  work | year | release | {s} was released in {a}. / {s} came out in {a}. | In which year was {s} released? / When was {s} released? | In what year did {s} come out?
  work | person | author | {s} is a song sung by {a}. | Who sang {s}? / By whom was {s} sung? | Who is the singer of {s}?
  work | person | author | {s} is a film directed by {a}. | Who directed {s}? / By whom was {s} directed? | Who is the director of {s}?
  work | person | author | {s} is a book written by {a}. | Who wrote {s}? / By whom was {s} written? | Who is the author of {s}?
  work | place | setting | {s} is set in {a}. | Where is {s} set? / In which city is {s} set? | What city is the setting of {s}?`);
