"""What somebody wrote, between the quotation marks of the sentence that it is said in."""

from dataclasses import dataclass

from keyworth.words.catalogue import Language


@dataclass(frozen=True, slots=True)
class Quoted:
    r"""A text, or what stands where one should; what cannot be seen in it, such as a tab, is spelt out.

    >>> Quoted("2024/13/1").said("en"), Quoted("2024/13/1").said("zh"), Quoted("a\tb").said("zh")
    ("'2024/13/1'", '“2024/13/1”', '“a\\tb”')
    """

    written: object

    def said(self, lang: Language) -> str:
        if lang == "en" or not isinstance(self.written, str):
            return repr(self.written)
        return f"“{self.written if self.written.isprintable() else repr(self.written)[1:-1]}”"
