/** Aspects and what to say of each; `{t}` is the topic. Every sentence names its aspect. */
export const englishAspects: ReadonlyMap<string, string> = new Map(
  `
activities | Plan two main activities a day for {t} and leave some free time.
accessibility | Check the accessibility of {t} for people who cannot walk far.
art | Add local art to {t} to make it special.
audience | Find out which audience {t} should reach and what it expects.
budget | Set a clear budget for {t} and keep a small reserve.
children | Offer quiet places and games so that children enjoy {t}.
communication | Agree on simple communication around {t} so that everybody hears the same news.
community | Invite the community early, because {t} needs its support.
competition | Study the competition and show what makes {t} different.
costs | Track all costs of {t} every week.
culture | Respect the local culture and let it shape {t}.
customers | Ask customers what they hope for from {t} and listen well.
decoration | Use light decoration for {t} in two colors.
design | Keep the design of {t} simple and easy to recognize.
economy | The economy around {t} depends on jobs, prices and trade.
education | Good education helps people to make the most of {t}.
employment | Employment can grow in the region through {t}.
energy | Save energy during {t} and use clean sources where possible.
entertainment | Book entertainment for {t} that suits young and old.
environment | Protect the environment of {t} by avoiding waste.
equipment | List the equipment that {t} needs and test it in time.
ethics | Discuss the ethics of {t} openly and write down clear rules.
family | Make {t} suitable for the whole family.
finance | Plan the finance of {t} for several years ahead.
food | Try simple local food and note the best places for {t}.
funding | Secure funding for {t} from several sources.
goals | Write down three goals for {t} that can be measured.
growth | Steady growth is better for {t} than a quick start.
guests | Send the guests of {t} an early and friendly invitation.
health | Think of the health of all people in {t} and keep a doctor near.
history | Read about the history behind {t} to understand it better.
hotels | Compare the hotels near {t} and book early.
housing | Good housing near {t} should stay affordable.
infrastructure | Roads, power and other infrastructure decide how well {t} works.
innovation | Encourage innovation in {t} with small trials.
insurance | Take out insurance for {t} before the first payment.
language | Learn a few words of the language that people speak around {t}.
law | Check early what the law demands of {t}.
leadership | Clear leadership keeps {t} on its way.
location | Choose a location for {t} that is easy to reach.
logistics | Plan the logistics of {t} step by step from start to end.
maintenance | Regular maintenance keeps {t} in good shape.
marketing | Begin the marketing of {t} early with one clear message.
materials | Order the materials for {t} from nearby and keep some spare ones.
media | Tell the media the story of {t} with good pictures.
music | Choose music for {t} that leaves room for talking.
nature | Spend time in nature during {t}.
nightlife | Enjoy the nightlife of {t} in safe areas.
packing | Keep the packing for {t} light and use a list.
partners | Look for partners who share the aims of {t}.
permits | Ask for all permits that {t} needs two months ahead.
photos | Take photos of {t} and share the best ones.
policy | A fair policy gives {t} stable rules.
population | The population should have a say in {t}.
pricing | Test the pricing of {t} with a small group first.
quality | Check the quality of {t} at fixed times.
research | Base {t} on research and on talks with experts.
resources | Share the resources of {t} fairly and use them well.
risk | List each risk in {t} and prepare a backup plan.
safety | Put safety first in {t} and explain the rules to everybody.
schedule | Make a schedule for {t} with breaks between the parts.
science | Science shows what works in {t} and what does not.
security | Improve the security of {t} with regular checks.
shopping | Leave time for shopping during {t} and set a limit.
society | Society changes slowly, so {t} needs patience.
sports | Include sports in {t} that everybody can join.
staff | Train the staff of {t} well and thank them often.
storage | Plan enough storage for {t}.
strategy | A good strategy for {t} names what will not be done.
supply | Keep the supply for {t} steady with two sources.
sustainability | Measure the sustainability of {t} once a year.
taxes | Set money aside for the taxes on {t}.
teamwork | Good teamwork in {t} begins with clear roles.
technology | Use proven technology for {t} and keep it simple.
tickets | Buy the tickets for {t} early and keep copies.
timeline | Split the timeline of {t} into short stages.
tourism | Tourism around {t} brings income but needs limits.
tools | Choose few tools for {t} and learn them well.
trade | Fair trade makes {t} stronger over time.
tradition | Honor tradition in {t} and explain it to newcomers.
training | Offer training for {t} in small groups.
transport | Arrange transport to {t} and check the last connections.
users | Watch how users get along with {t} and improve it.
volunteers | Give volunteers of {t} clear tasks and a warm meal.
waste | Sort the waste of {t} and avoid it where possible.
water | Provide clean water for {t} at all times.
weather | Check the weather before {t} and prepare for rain.
wildlife | Keep enough distance so that wildlife is not disturbed by {t}.`
    .trim()
    .split('\n')
    .map((line) => line.split(' | ') as [string, string]),
);

/** Joined with a word of `aspectNouns`, such as `booth planning`: aspects that have no sentence of their own. */
export const aspectModifiers = `
  afternoon, animal, arrival, art, audio, baggage, bicycle, boat, booth, breakfast, bridge, camera, child, cleaning, coffee,
  color, crisis, data, dinner, document, emergency, evening, fabric, farm, flower, forest, garden, gift, harbor, ice, key,
  kitchen, lamp, library, light, luggage, machine, market, medical, member, morning, mountain, museum, newspaper, noise,
  office, paper, parking, payment, phone, plant, poster, prize, radio, railway, river, road, roof, room, school, seat,
  shop, snow, sound, speech, stage, street, student, summer, table, tent, tool, tree, uniform, village, visitor, wall,
  website, window, winter, wood`
  .trim()
  .split(/,\s*/);

export const aspectNouns =
  `access, care, checks, control, design, hours, layout, lists, management, needs, options, planning,
  problems, projects, repairs, rules, selection, services, sharing, support, systems, tests, trends, use, work`
    .trim()
    .split(/,\s*/);
