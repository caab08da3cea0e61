import { parseRosters } from './parse-rosters.ts';

export const rostersEnglish = parseRosters({
  measures: `
age | Age | [age|Age|AGE] | 18-45 | 1 | {v} | is {v} years old / is aged {v} / has an age of {v} / has reached the age of {v} / is of age {v} / turned {v} last year / has lived for {v} years / is now {v} / counts {v} years / is {v} in years / is at an age of {v} | older, younger
gpa | GPA | [GPA|GPA|GPA|gpa|grade point average|Grade point average] | 150-500 | 100 | {v} | has a GPA of {v} / has a GPA of {v} / has a GPA that is {v} / left school with a GPA of {v} / achieved a GPA of {v} / has earned a GPA of {v} / finished with a GPA of {v} / holds a GPA of {v}
score | Score | [score|Score|test score|Test score|exam score] | 10-99 | 1 | {v} | has a score of {v} / scored {v} / got a score of {v} / reached a score of {v}
grade | Grade | [grade|Grade|average grade|final grade] | 10-60 | 10 | {v} | has a grade of {v} / received a grade of {v} / was given a grade of {v}
credits | Credits | [credits|Credits|credit points] | 10-240 | 1 | {v} | has {v} credits / has collected {v} credits / earned {v} credits
attendance | Attendance | [attendance|Attendance|presence] | 20-99 | 1 | {v}% | has an attendance of {v} percent / was there {v} percent of the time
salary | Salary | [salary|Salary|monthly salary|pay|wage] | 1200-9800 | 1 | [{v}|$ {v}|{v} dollars] | has a salary of {v} dollars / earns {v} dollars a month / is paid {v} dollars
bonus | Bonus | [bonus|Bonus|yearly bonus] | 100-990 | 1 | {v} | has a bonus of {v} dollars / received a bonus of {v} dollars
income | Income | [income|Income|yearly income] | 11-99 | 1 | {v} | has an income of {v} thousand dollars / has a yearly income of {v} thousand dollars
experience | Experience | [experience|Experience|years of experience] | 1-38 | 1 | {v}[| years] | has {v} years of experience / has worked for {v} years / has an experience of {v} years
rating | Rating | [rating|Rating|average rating|stars] | 10-99 | 10 | {v} | has a rating of {v} / is rated {v} / got a rating of {v}
points | Points | [points|Points|total points] | 5-400 | 1 | {v} | has {v} points / won {v} points / collected {v} points
goals | Goals | [goals|Goals|goals scored] | 1-60 | 1 | {v} | has scored {v} goals / shot {v} goals / has {v} goals
height | Height | [height|Height|size] | 140-215 | 1 | {v}[| cm|cm] | is {v} cm tall / has a height of {v} cm / measures {v} cm | taller, shorter
weight | Weight | [weight|Weight|mass] | 400-1200 | 10 | {v}[| kg|kg] | weighs {v} kg / has a weight of {v} kg | heavier, lighter
speed | Speed | [speed|Speed|top speed] | 80-420 | 10 | {v}[| km/h] | has a speed of {v} km/h / reaches {v} km/h | faster, slower
pulse | Pulse | [pulse|Pulse|heart rate|resting pulse] | 45-120 | 1 | {v} | has a pulse of {v} / has a heart rate of {v}
price | Price | [price|Price|cost|price in dollars] | 500-9900 | 100 | [{v}|$ {v}|{v} dollars] | costs {v} dollars / has a price of {v} dollars / sells for {v} dollars | dearer, cheaper
battery | Battery | [battery|Battery|battery life] | 20-400 | 10 | {v}[| h| hours] | has a battery life of {v} hours / runs for {v} hours
staff | Staff | [staff|Staff|employees] | 5-900 | 1 | {v} | has {v} employees / has a staff of {v} / employs {v} people
revenue | Revenue | [revenue|Revenue|yearly revenue|turnover] | 10-990 | 10 | {v}[| million] | has a revenue of {v} million dollars / reported a revenue of {v} million dollars
population | Population | [population|Population|inhabitants] | 900-98000 | 1 | {v} | has a population of {v} / has {v} inhabitants | bigger, smaller
altitude | Altitude | [altitude|Altitude|elevation] | 2-2400 | 1 | {v}[| m| meters] | has an altitude of {v} meters / lies at {v} meters | higher up, lower down
rainfall | Rainfall | [rainfall|Rainfall|yearly rain] | 50-990 | 10 | {v} | has a rainfall of {v} liters / gets {v} liters of rain`,
  affiliations: `
university | University | [university|University|school|School|college|alma mater] | graduated from {v} / studied at {v} / attended {v} / went to {v} / was educated at {v} / is an alumnus of {v} / got a diploma from {v} / holds a certificate from {v} / earned a title at {v} / comes from {v} / was taught at {v} / completed {v} / left {v} / passed through {v} / was a student of {v} / owes a diploma to {v} / trained at {v} / received a title from {v} / took courses at {v} / qualified at {v} / got through {v}
company | Company | [company|Company|employer|Employer|firm] | works for {v} / is employed by {v} / is on the staff of {v}
place | City | [city|City|town|Town|home|location|Location] | is based in {v} / is at home in {v} / is from {v}
team | Team | [team|Team|club|Club] | plays for {v} / belongs to {v} / is a member of {v}
country | Country | [country|Country|nation] | belongs to {v} / lies in {v} / is located in {v}`,
  rosters: `
person | student, pupil, learner, graduate, trainee, scholar, classmate, intern | age, gpa, score, grade, credits, attendance | university, place
person | employee, worker, applicant, candidate, manager, engineer, driver, teacher, colleague, clerk, nurse, cook, seller, lawyer, artist | age, salary, experience, rating, score, bonus, income | company, place, university
person | player, runner, athlete, swimmer, rider, skater, boxer, goalkeeper, competitor, contestant, singer, dancer | age, points, goals, height, weight, rating, speed, score | team, place, country
person | patient, guest, resident, customer, visitor, member, tenant, donor, passenger, volunteer, client, user, person, participant, neighbor | age, weight, height, income, pulse, points | company, place, country
company | company, firm, supplier, startup, bank, shop, agency | staff, revenue, rating, score, points | place, country
place | town, city, village, district, resort | population, altitude, rainfall, rating | country
device | phone, camera, laptop, car, bike, model, machine, product, watch, tablet | price, weight, rating, speed, battery, score | company, place`,
  plural: (noun) =>
    noun === 'person' ? 'persons' : `${noun.replace(/y$/, 'ie').replace(/(tch|s)$/, '$1e')}s`,
});
