import { parseFactKinds } from './fact-kinds.ts';

export const chineseFacts = parseFactKinds(`
  person | date | birth date | {s}出生于{a}。 | {s}是什么时候出生的？ / {s}的出生日期是哪天？ | {s}生于哪一天？
  person | place | birth place | {s}的出生地是{a}。 | {s}出生在哪里？ / {s}的出生地是哪里？ | {s}生在哪座城市？
  person | person | marriage | {s}的配偶是{a}。 | {s}的配偶是谁？ / {s}和谁结婚？ | {s}与谁结为夫妻？
  person | place | home | {s}住在{a}。 | {s}住在哪里？ / {s}住在哪座城市？ | {s}居住于何处？
  person | company | job | {s}在{a}工作。 | {s}在哪家公司工作？ / {s}的雇主是哪家公司？ | {s}供职于哪里？
  person | university | study | {s}毕业于{a}。 | {s}毕业于哪所学校？ / {s}在哪里上学？ | {s}是哪所学校毕业的？
  company | person | founder | {s}由{a}创立。 | 谁创立了{s}？ / {s}由谁创立？ | {s}的创始人是谁？
  company | year | founding year | {s}成立于{a}。 | {s}成立于哪一年？ / {s}是哪年成立的？ | {s}何时成立？
  company | place | seat | {s}的总部在{a}。 | {s}的总部在哪里？ / {s}总部位于哪座城市？ | {s}把总部设在何处？
  company | product | product | {s}生产{a}。 | {s}生产什么？ / {s}的产品是什么？ | {s}制造什么？
  place | country | country | {s}是{a}的一座城市。 | {s}在哪个国家？ / {s}属于哪个国家？ | {s}位于何国？
  place | population | population | {s}的人口是{a}。 | {s}的人口是多少？ / {s}有多少人口？ | {s}有多少居民？
  place | person | mayor | {s}的市长是{a}。 | {s}的市长是谁？ / 谁是{s}的市长？ | {s}的市长叫什么名字？
  work | year | release | {s}发行于{a}。 | {s}是哪一年发行的？ / {s}发行于哪一年？ | {s}何时问世？
  work | person | author | {s}的作者是{a}。 | {s}的作者是谁？ / 谁写了{s}？ | {s}出自谁的笔下？`);
