"""How are finished results shown: tables, charts and sentences, in the report's language?"""
