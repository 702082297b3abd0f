"""Operations on text: make outside text safe, fold letters for a search, align two forms of a text. Pure."""
