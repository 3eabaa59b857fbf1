/** English words whose forms share no stem, the base form first. The common ones of any grammar; all others follow Porter's rules. */
export const irregularForms: readonly (readonly string[])[] = `
have has had having
do does did done doing
go goes went gone going
get gets got gotten getting
make makes made making
take takes took taken taking
come comes came coming
see sees saw seen seeing
know knows knew known
give gives gave given giving
find finds found
think thinks thought
tell tells told
become becomes became
leave leaves left leaving
feel feels felt
bring brings brought
begin begins began begun
keep keeps kept
hold holds held
write writes wrote written writing
stand stands stood
hear hears heard
meet meets met
pay pays paid
sit sits sat
speak speaks spoke spoken
lead leads led
grow grows grew grown
lose loses lost losing
fall falls fell fallen
send sends sent
build builds built
understand understands understood
draw draws drew drawn
break breaks broke broken
spend spends spent
rise rises rose risen
drive drives drove driven driving
buy buys bought
wear wears wore worn
choose chooses chose chosen choosing
teach teaches taught
eat eats ate eaten
sell sells sold
catch catches caught
fight fights fought
throw throws threw thrown
win wins won
sleep sleeps slept
run runs ran
swim swims swam swum
sing sings sang sung
drink drinks drank drunk
ride rides rode ridden riding
fly flies flew flown
forget forgets forgot forgotten
steal steals stole stolen
bite bites bit bitten
hide hides hid hidden
wake wakes woke woken
owe owes owed owing
lend lends lent
seek seeks sought
deal deals dealt
mean means meant
child children
man men
woman women
person people
mouse mice
foot feet
tooth teeth
wife wives
good better best
bad worse worst
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '))
