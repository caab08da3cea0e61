import { parseFactKinds } from './fact-kinds.ts';

/** Facts that only training has, in many wordings; `[a|b]` is either text. */
export const chineseTrainingFacts = parseFactKinds(`
  person | date | 生日、婚期、毕业日期、退休日期、入职日期 | {s}的{r}是{a}。 / {a}是{s}的{r}。 | {s}的{r}是[哪天|什么时候|哪一天]？ / [请问|][哪天|哪一天]是{s}的{r}？
  person | place | 家乡、老家、工作地、度假地 | {s}的{r}是{a}。 / {s}的{r}[在|位于]{a}。 | {s}的{r}[在哪里|是哪里|在哪座城市]？ / [请问|]哪里是{s}的{r}？
  person | person | 教练、医生、律师、邻居、经纪人、编辑、房东、导师、表哥、对手、好友、弟弟、姐姐、秘书、司机、翻译、同事、助手 | {s}的{r}[是|叫]{a}。 / {a}是{s}的{r}。 | [请问|]{s}的{r}[是谁|叫什么]？ / 谁是{s}的{r}？
  person | person | 采访、聘请、救助、表扬、培训、邀请、推荐、击败、画 | {a}{r}过{s}。 / {r}过{s}的人是{a}。 | 谁{r}过{s}？ / [哪个人|什么人]{r}过{s}？
  person | code | 会员号、房间号、账号、工号、车票号 | {s}的{r}[是|为]{a}。 | {s}的{r}[是多少|是什么]？ / [请问|]{s}的{r}是几号？
  person | amount | 工资、存款、奖金、欠款、捐款 | {s}的{r}[是|为|有]{a}。 | {s}的{r}[是多少|有多少]？ / {s}有多少{r}？
  company | person | 经理、董事长、律师、设计师、最大客户 | {s}的{r}[是|叫]{a}。 / {a}是{s}的{r}。 | {s}的{r}[是谁|叫什么]？ / 谁是{s}的{r}？
  company | amount | 收入、利润、预算、债务、市值 | {s}的{r}[是|为|达到]{a}。 | {s}的{r}[是多少|有多少]？
  company | place | 工厂、仓库、新办公室、门店 | {s}的{r}[在|位于]{a}。 | {s}的{r}[在哪里|在哪座城市]？
  place | person | 校长、警长、首富、牧师 | {s}的{r}[是|叫]{a}。 | {s}的{r}[是谁|叫什么]？ / 谁是{s}的{r}？
  place | distance | 机场、海边、边境、港口 | {s}离{r}{a}。 / 从{s}到{r}有{a}。 | {s}离{r}[多远|有多远]？ / 从{s}到{r}有多远？
  work | person | 译者、主角、出版人、收藏者 | {s}的{r}[是|叫]{a}。 | {s}的{r}[是谁|叫什么]？ / 谁是{s}的{r}？
  team | person | 队长、教练、门将、队医 | {s}的{r}[是|叫]{a}。 | {s}的{r}[是谁|叫什么]？ / 谁是{s}的{r}？
  building | person | 建筑师、业主、管理员 | {s}的{r}[是|叫]{a}。 | {s}的{r}[是谁|叫什么]？ / 谁是{s}的{r}？
  building | amount | 租金、造价、门票 | {s}的{r}[是|为]{a}。 | {s}的{r}是多少？
  device | amount | 价格、租金、维修费 | {s}的{r}[是|为]{a}。 | {s}的{r}是多少？
  device | code | 序列号、订单号、型号 | {s}的{r}[是|为]{a}。 | {s}的{r}[是多少|是什么]？`);
