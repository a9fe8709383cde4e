"""Transforms a SAM template as `sam` does, with AWS's own translator."""
import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class Policies:
    def load(self):
        return {}


boto3.setup_default_session(region_name="us-east-1")
with open(sys.argv[1], encoding="utf-8") as template:
    print(json.dumps(transform(yaml_parse(template.read()), {"Backend": "x"}, Policies())))
