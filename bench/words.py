"""Generated French: always the same for the same seed, varied enough for searching and for layout."""

from __future__ import annotations

from random import Random

_OPENINGS = (
    "Dans notre quartier,", "Depuis deux ans,", "Chaque matin,", "Il me semble que", "À mon avis,",
    "Comme beaucoup d’habitants,", "Avec un peu d’organisation,", "Pour commencer,", "Sans attendre,",
    "L’été dernier,", "À la sortie de l’école,", "Le samedi,", "Quand il pleut,", "Pour les plus jeunes,",
)  # fmt: skip
_SUBJECTS = (
    "la commune", "le marché", "la bibliothèque", "le conseil municipal", "l’école", "la place centrale",
    "le jardin", "la gare", "un comité d’habitants", "le service technique", "la cantine", "le gymnase",
    "l’association du quartier", "la rue commerçante", "le centre de santé", "la maison des jeunes", "le parc",
    "l’atelier de réparation", "la piscine", "le réseau de bus", "la piste cyclable", "le cinéma",
    "la régie de l’eau", "le potager partagé",
)  # fmt: skip
_VERBS = (
    "pourrait ouvrir", "devrait entretenir", "gagnerait à partager", "mérite de retrouver",
    "doit mieux signaler", "pourrait prêter", "devrait publier", "accueillerait volontiers",
    "pourrait financer", "doit préserver", "pourrait relier", "devrait remplacer", "pourrait éclairer",
    "doit expliquer", "pourrait planter",
)  # fmt: skip
_OBJECTS = (
    "les bancs", "une salle de réunion", "le calendrier des travaux", "les comptes de l’année",
    "un abri pour les vélos", "des arbres fruitiers", "les trottoirs", "un point d’eau", "les horaires",
    "des ateliers ouverts", "une carte des projets", "les données des capteurs", "un fonds commun",
    "le chemin de halage", "les lampadaires", "des jeux pour enfants", "une permanence hebdomadaire",
    "le compostage", "les toitures", "un registre public", "la fontaine", "des vergers", "une navette",
    "les passages piétons", "un verger conservatoire", "la vaisselle réutilisable", "les haies bocagères",
)  # fmt: skip
_REASONS = (
    "pour que chacun puisse venir à pied", "parce que le bruit décourage tout le monde",
    "avant la fin de l’année", "sans augmenter les impôts", "avec l’accord des riverains",
    "en lien avec les communes voisines", "afin de réduire les dépenses", "comme cela se fait ailleurs",
    "et en rendre compte par écrit", "même pendant les vacances", "si le budget le permet",
    "pour les personnes qui se déplacent avec peine", "au lieu de construire du neuf",
    "après un essai de six mois", "et en tirer un bilan public",
)  # fmt: skip
_SIDES = (
    "Je suis d’accord", "Cela ne suffira pas", "Bonne idée", "Je m’interroge", "Il manque un chiffrage",
    "Voilà du bon sens", "C’est déjà prévu", "Prudence",
)  # fmt: skip
_FIRST_NAMES = (
    "Camille", "Adama", "Jeanne", "Malik", "Odile", "Yanis", "Solène", "Pascal", "Inès", "Gaël", "Rosa",
    "Thierry", "Lina", "Henri", "Fatou", "Noé",
)  # fmt: skip
# A word of about one contribution in forty, for the measured search.
RARE_WORD = "tourbière"
_RARE = f"Près de la {RARE_WORD},"


class Words:
    """Writes titles, texts and names out of a few hundred words, common ones more often than others."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def title(self) -> str:
        """A title of some 40 to 90 characters."""
        sentence = f"{self._pick(_SUBJECTS)} {self._pick(_VERBS)} {self._pick(_OBJECTS)}"
        return sentence[0].upper() + sentence[1:]

    def text(self, words: int) -> str:
        """Markdown of about `words` words: paragraphs, now and then a list or an emphasis."""
        paragraphs, left = [], words
        while left > 0:
            if left < words and self._random.random() < 0.2:
                block = "\n".join(f"- {self._pick(_OBJECTS)} {self._pick(_REASONS)}" for _ in range(3)) + "\n"
            else:
                block = " ".join(self.sentence() for _ in range(self._random.randint(2, 4)))
            paragraphs.append(block)
            left -= block.count(" ") + 1
        return "\n\n".join(paragraphs)

    def sentence(self) -> str:
        """One sentence of some fifteen words."""
        opening = _RARE if self._random.random() < 0.003 else self._pick(_OPENINGS)
        thing = self._pick(_OBJECTS)
        if self._random.random() < 0.05:
            thing = f"**{thing}**"
        return f"{opening} {self._pick(_SUBJECTS)} {self._pick(_VERBS)} {thing} {self._pick(_REASONS)}."

    def comment(self) -> str:
        """One or two sentences that take a side."""
        return f"{self._pick(_SIDES)}. {self.sentence()}"

    def _pick(self, words: tuple[str, ...]) -> str:
        return words[int(len(words) * self._random.random() ** 1.6)]


def author_key(person: int) -> str:
    """The key of a person inside the package, which is shown as their name."""
    return f"{_FIRST_NAMES[person % len(_FIRST_NAMES)]} {person + 1}"
