"""What passwords that many people have are made of, in French and in English, and the rows of keyboards.

Written for this purpose from what published counts of leaked passwords have in common; lower case, no accents.
"""

from __future__ import annotations

KEYBOARD_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertzuiop",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "aqwzsxedcrfv",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2z3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6",
)

_WORDS = """
aaa abc abcd acces access account admin administrateur administrator aigle alexander alexandra alexandre
alsace always amanda amazon ami amie amis amour amours and andrew android ange angel angels anthony antoine
aout apple april argent arsenal asdf ashley august automne autumn avril azerty baby bailey banana banane
barcelona baseball basket basketball batman battery beach beatles bebe bienvenue bike black blanc bleu blink
blue bonheur bonjour bordeaux boy boys bretagne brother buster butterfly cafe camille caramel caroline
catherine cde celine cerise chance change changeme changezmoi charles charlie chat chaton chats chelsea cheri
cherie cherry cheval chien chloe chocolat chocolate christ ciel citizen citizens citoyen citoyens citroen
citron code codes coeur coffee commune compte computer concertation connard consult consultation cookie
cookies copain correct correcthorsebatterystaple corse corvette coucou cristal crystal dad daniel dauphin
david de december decembre default defaut demo democracy democratie departement devil diable diamant diamond
dieu dimanche disney dollar dolphin donald dragon eagle egalite email emma enfant enfants england english et
ete etoile etoiles euro euros facebook fall famille family father february ferrari fevrier fille fishing fleur
fleurs flower foot football for force ford forest foret forever fort fraise francais france fraternite free
freedom french frere friday friend friends fuck fucker fuckyou game gamer games gaming garcon garfield george
ginger girl girls gmail god gold golden golf google green guest guitar guitare hammer hannah happy harley
heart hello heureuse heureux hiver hockey honda honey horse hotmail hunter hunting i iloveyou in instagram
internet invite iphone is isabelle jacques jamais january january2026 janvier jasmin jaune jazz je jean
jennifer jessica jesus jetadore jetaime jeu jeudi jeux jordan joseph joshua juillet juin julie julien july
june juventus killer king kitty la laura le lea lemon les letmein liberte lille lily linkedin linux lion
liverpool login london londres love lover loves luc lucky lundi lune lyon ma madrid maggie magic magique mai
mail maire mairie maitre mama maman manon marc march mardi maria marie mars marseille master mathieu matrix
matthew may mdp me mer mercedes mercredi merde mes metal metallica michael michelle mickey microsoft minnie
mobile moi mom mon monamour monday money monkey montagne moon mot motdepasse mother moto mountain mum
municipal music musique mustang my mylove nantes naruto nathalie nemo never new nice nicolas nicole ninja
nirvana no noir normandie nothing notre nous nouveau november novembre october octobre of ol om ombre open
openup orange ordinateur paix papa papillon paris participation pass passe passwd password passwort paul peace
peach peche pepper peugeot phone piano pierre pikachu pink plage playboy player pokemon pomme porsche pouvoir
power prince princess princesse printemps provence psg puppy purple pussy putain queen qwerty qwertz ranger
rap red region reine renault rennes republique rich rien river riviere robert rock roi root rose roses rouge
rugby saison salut samantha samedi samsung sandrine saturday sea season secret secrete september septembre
sesame sesameouvretoi sex sexy sfr shadow shit silver simba singe sister sky sniper snoopy soccer soeur soleil
sophie spiderman spring staple star stars starwars strasbourg strawberry strong summer sun sunday sunshine
super superman sweet sweety system systeme ta te telephone temp tennis test testing tests the thomas thursday
tiger tigre to toi ton toujours toulouse trust trustno tuesday twitter un une user utilisateur vanilla vanille
velo vendredi vert vfr village ville violette vote voter votre wanadoo wednesday welcome whatever white
william windows winnie winter word xsw xyz yahoo yamaha yellow you your youtube zaq zxcv
"""
COMMON_WORDS = frozenset(_WORDS.split())
