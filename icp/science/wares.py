"""What Fern & Kettle sells, who is on its books, and the names of invented people.

Every person is made up, and every address ends in a domain that the Internet keeps free for examples
(RFC 2606), so that no letter can ever arrive.
"""

from typing import NamedTuple


class Product(NamedTuple):
    """One thing in the shop; the price in cents."""

    sku: str
    name: str
    category: str
    cents: int


BEANS, OFFICE, KITS, GIFTS = "Whole beans", "Office bags", "Grinders and kits", "Gift boxes"
TASTING, TEA, MORE = "Tasting sets", "Tea", "Filters and care"

PRODUCTS = (
    Product("BEA-101", "House espresso, 500 g", BEANS, 1490),
    Product("BEA-102", "Morning roast, 500 g", BEANS, 1390),
    Product("BEA-103", "Organic highland, 500 g", BEANS, 1690),
    Product("BEA-104", "Decaf, 500 g", BEANS, 1590),
    Product("OFF-201", "Office blend, 1 kg bag", OFFICE, 2290),
    Product("OFF-202", "Organic office blend, 1 kg bag", OFFICE, 2590),
    Product("KIT-301", "Hand grinder", KITS, 8900),
    Product("KIT-302", "Electric grinder", KITS, 18900),
    Product("KIT-303", "Starter kit with grinder", KITS, 12900),
    Product("GIF-401", "Gift box, coffee and tin", GIFTS, 4900),
    Product("GIF-402", "Gift box, twelve coffees", GIFTS, 8900),
    Product("TAS-501", "Tasting set, four coffees", TASTING, 2490),
    Product("TAS-502", "Tasting set, eight coffees", TASTING, 4490),
    Product("TEA-601", "Green tea, 250 g", TEA, 1690),
    Product("TEA-602", "Fern breakfast tea, 250 g", TEA, 1490),
    Product("TEA-603", "Organic herbal tea, 250 g", TEA, 1390),
    Product("MOR-701", "Paper filters, 100", MORE, 690),
    Product("MOR-702", "Cleaner for machines", MORE, 1290),
    Product("MOR-703", "Cup, fern green", MORE, 1190),
)
PLACE = {product.sku: place for place, product in enumerate(PRODUCTS)}

WEB, DELIVERY, MARKET = "Web shop", "Office delivery", "Marketplace"
CHANNELS = (WEB, DELIVERY, MARKET)
CODES = ("WELCOME10", "SPRING15", "SUMMER20", "ROAST15", "BLACK25")
COUNTRIES = ("Germany", "Austria", "Netherlands", "Belgium", "France")
COUNTRY_SHARES = (0.71, 0.11, 0.08, 0.05, 0.05)
DOMAINS = ("example.com", "example.org", "example.net")
GENDERS = ("female", "male", "diverse")

FIRST = tuple(
    """
    Hanna Oskar Jonas Aylin Ruth Piet Clara Samuel Lena Mira Anton Felix Greta Ida Emil Nora Paul Rosa Theo Vera
    Yusuf Zoe Amira Bela Carla Dario Elif Finn Gesa Hugo Ilse Jule Karim Lotte Malte Nele Olga Pia Quirin Rabea
    Sina Tilda Ulli Viktor Wanda Xaver Ylva Zeno Agnes Bruno Celine David Edda Farid Gina Henri Ines Jan Kira
    Leon Marta Nils Otto Petra Robin Sofie Timo Ursel Volker Wim Anouk Bas Chloe Daan Elise Femke Guy Hugues
    Iris Joris Klaas Luc Manon Noor Odile Pascal Renske Sander Thijs Valerie Wout Adele Basile Corentin Delphine
    Edith Fabrice
    """.split()  # noqa: SIM905
)
LAST = tuple(
    """
    Voss Lindner Petersen Demir Caspari Boer Nowak Okoro Fuchs Adler Baumann Brandt Conrad Dietrich Ebert
    Fischer Gruber Hartmann Imhof Jansen Keller Lorenz Maurer Neumann Ostermann Pohl Quandt Richter Schuster
    Thiel Ulrich Vogel Wagner Yilmaz Ziegler Albrecht Becker Claus Dorn Engel Frank Graf Huber Iversen Jung
    Kaiser Lang Moser Noack Otto Peters Reiter Sommer Taube Urban Vetter Weber Zander Aalders Bakker Claes
    Dubois Evers Fabre Girard Hendriks Isler Janssens Kuiper Lambert Meyer Nijs Oudekerk Peeters Roussel Simons
    Timmer Vermeer Wouters Zwart Ahmadi Bauer Celik Dahl Eriksen Fontaine Gerber Holm Ivanov Jacobs Kowalski
    Laurent Marin Novak Olsen Pereira Rossi Sahin Toth Varga Wolff Zeller Amsel Birk Clemens Drost Erler Falk
    Gabriel Hahn Igel Jost Kern Linde Mohn Nagel Orth Pauli Quast Rabe Storch Taler Uhl Vollmer Winter Zorn
    """.split()  # noqa: SIM905
)
TRADES = ("Studio", "Practice", "Workshop", "Agency", "Architects", "Bookkeeping", "Design", "Law office", "Lab")
STAFF = {"Ines": "Ines Wagner", "Tom": "Tom Keller", "Priya": "Priya Nair", "Luis": "Luis Marin", "Kaja": "Kaja Holm"}
MARKETPLACE = "hello@teatray-market.example"
