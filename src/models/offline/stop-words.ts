const english = `about above after again all also and any are because been before being below between both but can could did does
doing down during each few for from further had has have having her here hers him his how into its itself just like may might more
most must new not now off once one only other our out over own said same she should some such than that the their them then there
these they this those through too two under until upon use used very was were what when where which while who whom why will with
would you your yours`

const german = `aber alle allem allen aller alles als also andere anderen auch auf aus bei beim bin bis bist damit dann das dass dein
dem den denn der des die dies diese diesem diesen dieser dieses doch dort durch ein eine einem einen einer eines etwas für gegen
gewesen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer ist jede jedem jeden jeder
jetzt kann kein keine keinem keinen können man mehr mein mit muss nach nicht nichts noch nun nur oder ohne sehr sein seine seinem
seinen seiner selbst sich sie sind solche soll sondern sonst über und uns unser unter viel vom von vor war waren warum was weil wenn
wer werde werden wie wieder will wir wird wirst wo wurde wurden während zum zur zwar zwischen`

/** Words that say nothing of a subject. */
export const stopWords: ReadonlySet<string> = new Set(`${english} ${german}`.split(/\s+/))
