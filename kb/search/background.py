"""Owns the background questions: what no library of improvement work answers, as the model sees them. Never ranks.

They give an index its noise floor (see calibration.py) and late interaction its directions (see late_interaction.py).
They depend on the model alone, so they are made once and carried from generation to generation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from kb.errors import IndexDamaged
from kb.search.embedders import Embedder, Vectors
from kb.search.late_interaction import Pieces, projection

VERSION: Final = 1  # raise when the questions change: every index is then built anew

# Everyday life first, then health care far from mental health, learning disability and autism, so that a question does
# not count as found because it sounds like a hospital. Short and long, for there is less to match in two words.
QUESTIONS: Final = (
    "bicycles", "recipes", "volcano", "passport", "dinosaurs", "mortgage", "sourdough starter recipe", "hiking boots",
    "best hiking boots for wide feet", "how to change a bicycle tyre", "cheap flights to Lisbon", "laptop battery drains fast",
    "football results Saturday", "replace kitchen tap washer", "quantum entanglement explained", "history of the Roman roads",
    "learn to play the ukulele", "how to prune roses", "second hand car insurance", "chess openings for beginners",
    "planets visible tonight", "knitting pattern for a scarf", "who won the film award", "mortgage interest calculator",
    "install a graphics card driver", "sharpening kitchen knives", "train times to Edinburgh", "vegan chocolate cake",
    "how do volcanoes form", "wedding speech jokes for the father of the bride", "tax on imported wine", "opera singers",
    "how do I grow tomatoes in a greenhouse without them splitting", "python list comprehension syntax", "deep sea fish",
    "what is the currency exchange rate for the dollar today", "novels set in Venice", "repair a leaking roof",
    "where can I park near the stadium on the day of the match", "how to tie a bow tie", "medieval castle architecture",
    "stock market crash of 1929", "paint colours for a small bathroom", "cricket world cup winners", "make your own soap",
    "spanish verb conjugation", "height of a satellite's orbit", "antique clock valuation", "camping stove fuel",
    "our boiler keeps losing pressure and the radiators upstairs stay cold, should we call somebody or bleed them first",
    "I want to learn the guitar but have small hands, which make and size would you buy for a complete beginner",
    "the neighbour's hedge is over three metres high and takes all our light, what can we do about it",
    "which countries can I visit by train from London with two children in one week in August",
    "electric cars charging cost per mile compared with petrol", "northern lights forecast", "crossword clue seven letters",
    "fishing licence for rivers", "lawn mower will not start", "letting agent will not give back the deposit",
    "team building games for the office party", "school uniform second hand shop", "ideas for a retirement present",
    "time table for the number 9 bus", "how long does it take to get a driving licence", "garden centre opening times",
    "lost luggage claim with an airline", "home insurance claim refused", "phone contract with unlimited data",
    "learning to swim as an adult", "children's birthday party entertainers", "staff discount at the supermarket",
    "group photographs at a wedding", "writing a novel in a month", "reduce noise from the motorway", "solar panels",
    "hip replacement recovery times", "cataract clinic", "kidney stones treatment", "maternity scan dates", "broken wrist",
    "dental implants cost", "hearing aid batteries", "travel vaccinations", "asthma inhaler technique", "varicose veins",
    "breast screening invitations", "orthopaedic theatre lists", "sterile services and surgical instruments", "gallstones",
    "stroke thrombolysis door to needle time", "ward round on the intensive care unit with ventilated patients",
    "number of midwives on the labour ward", "blood test for cholesterol", "radiotherapy machine downtime",
    "children with tonsillitis coming back to the ear nose and throat clinic", "skin cancer referrals by photograph",
    "hospital car park", "catering contract for the hospital canteen", "waiting time for a knee scan", "wound dressings",
    "ambulances queueing outside the hospital with patients who have had a heart attack",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Background:
    """The questions as a model sees them: vectors, float32 (questions, dimension), and their pieces."""

    vectors: Vectors
    pieces: tuple[Pieces, ...]
    projection: Vectors

    @classmethod
    def make(cls, embedder: Embedder) -> "Background":
        """Runs the model over the questions; raises EmbedderUnavailable."""
        encoded = embedder.encode_pieces(QUESTIONS)
        matrix = projection(np.concatenate([one.vectors for one in encoded]))
        return cls(
            np.stack([one.vector for one in encoded]),
            tuple(Pieces.of(text, one, matrix) for text, one in zip(QUESTIONS, encoded, strict=True)),
            matrix,
        )

    def save(self, path: Path) -> None:
        """Writes one file."""
        np.savez(
            path,
            vectors=self.vectors,
            projection=self.projection,
            numbers=np.concatenate([one.numbers for one in self.pieces]),
            piece_vectors=np.concatenate([one.vectors for one in self.pieces]),
            ends=np.cumsum([len(one.numbers) for one in self.pieces]),
        )

    @classmethod
    def load(cls, path: Path) -> "Background":
        """The questions as saved; raises IndexDamaged."""
        try:
            with path.open("rb") as stream, np.load(stream) as arrays:
                ends = arrays["ends"][:-1]
                parts = zip(np.split(arrays["numbers"], ends), np.split(arrays["piece_vectors"], ends), strict=True)
                return cls(arrays["vectors"], tuple(Pieces(*part) for part in parts), arrays["projection"])
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise IndexDamaged(
                f"The background questions in {path} cannot be read.", "Build the index again with: kb index"
            ) from error

    def __iter__(self) -> Iterator[tuple[str, Vectors, Pieces]]:
        """Each question with its vector and pieces."""
        return zip(QUESTIONS, self.vectors, self.pieces, strict=True)
